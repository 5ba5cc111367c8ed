/*
 * What one request, one client and one process may cost. Each figure has its reason; the newsroom file holds those an organisation may
 * want otherwise (length of a body, size of pictures and attachments).
 */

/** A release as JSON: the newsroom's own limit for the body is checked inside; this only keeps memory safe from nonsense. */
export const RELEASE_BYTES = 2 * 1024 * 1024;

/** A reason, a hash, a name: everything that is posted beside releases and files. */
export const FORM_BYTES = 64 * 1024;

/** No newsroom file can raise pictures and attachments above this: an upload is held in memory while its sizes are made. */
export const UPLOAD_BYTES = 64 * 1024 * 1024;

/** 200,000 subscribers with names are about 15 MB of CSV. */
export const IMPORT_BYTES = 32 * 1024 * 1024;

/** A slow line may take this long to send its whole request; then the place is needed for others. */
export const REQUEST_MS = 60_000;
/** Headers are small: whoever takes longer is holding sockets open on purpose. */
export const HEADERS_MS = 10_000;
/** Longer than the 60 s a usual reverse proxy keeps its connections, so that it is the proxy that closes and no request meets a closing socket. */
export const KEEP_ALIVE_MS = 65_000;
/** Nothing a person waits for takes longer; the answer is then 503. */
export const ANSWER_MS = 30_000;
/** Making the sizes of a large picture, or reading 200,000 rows. */
export const LONG_ANSWER_MS = 300_000;

/** Guessing a link of 256 bits is hopeless; this keeps guessing from costing us anything. A newsroom behind one address signs in less often. */
export const SIGN_INS = { max: 30, timeWindow: 60_000 };
/** Mail providers press one-click buttons for many readers from few addresses; a scanner may open the page several times. */
export const UNSUBSCRIBES = { max: 300, timeWindow: 60_000 };
/** A school class behind one address may sign up in one lesson; a program that types in other people's addresses gets nowhere. */
export const SIGN_UPS = { max: 30, timeWindow: 10 * 60_000 };
/** Each press may be a letter; the limit for one person is counted in SQL, this one keeps a program from trying many links. */
export const OWN_DATA = { max: 30, timeWindow: 10 * 60_000 };
/** A callback, a topic and a secret with their longest forms. */
export const HUB_BYTES = 8 * 1024;
/** A reader service that finds us subscribes to some dozens of feeds at once. */
export const HUB_REQUESTS = { max: 120, timeWindow: 60_000 };
/** A newsroom behind one address looks for something each second; a program that harvests is slowed to what people do. */
export const SEARCHES = { max: 60, timeWindow: 60_000 };
/** Searches at the same moment: half of a process's connections stay for those who read. */
export const MOST_SEARCHES = 4;
/** Programs that read single releases of the public API; what a shared cache answers is not counted here. */
export const PUBLIC_READS = { max: 600, timeWindow: 60_000 };
/** Pages of the public API: fifty whole releases cost 50 ms (measured), and this process has one thread. A copy of 100,000 releases takes a quarter of an hour. */
export const PUBLIC_LISTS = { max: 120, timeWindow: 60_000 };
/** Wrong tokens only; a right one is never slowed. */
export const WRONG_TOKENS = { max: 60, timeWindow: 60_000 };

/** Pages, feeds and their compressed forms kept in memory: about 800 release pages with both forms. */
export const CACHE_BYTES = 48 * 1024 * 1024;

/** Items of feeds made on request while their worker is away: those of some ten documents. */
export const FEED_MEMBER_BYTES = 8 * 1024 * 1024;

/** Pages made on request because the clock changed them (another press contact on duty), or html has not written them, without their compressed forms: about 500 of each. */
export const MADE_BYTES = 16 * 1024 * 1024;

/** Cards and icons kept in memory: some 400, what is being passed around these days. */
export const DRAWING_BYTES = 24 * 1024 * 1024;
/** Drawing one takes a tenth of a second of a processor; whoever asks for thousands must not take it from readers. */
export const DRAWINGS_AT_ONCE = 2;
/** Who comes after so many waits for seconds and has left before it is drawn: better told to come back. */
export const MOST_DRAWINGS_WAITING = 32;

/** Most rows of one page of a list, and how many when nothing is said. */
export const MOST_ROWS = 200;
export const USUAL_ROWS = 50;
