/**
 * What `make` gives for each item, in their order, while the next `most` are already under way: whoever reads from a database and works on what was
 * read need not wait for each. Throws what `make` throws, when its turn comes.
 */
export async function* ahead<Item, Made>(
  items: Iterable<Item> | AsyncIterable<Item>,
  most: number,
  make: (item: Item) => Promise<Made>,
): AsyncGenerator<Made> {
  const underWay: Promise<Made>[] = [];
  for await (const item of items) {
    const made = make(item);
    // Nobody waits for it yet, and a failure that nobody waits for would end the process.
    made.catch(() => undefined);
    underWay.push(made);
    if (underWay.length > most) yield await underWay.shift()!;
  }
  for (const made of underWay) yield await made;
}
