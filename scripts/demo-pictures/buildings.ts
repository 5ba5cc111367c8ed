import {
  birch,
  COLOURS as C,
  circle,
  dots,
  forest,
  glow,
  gradient,
  HEIGHT,
  line,
  path,
  picture,
  randomFrom,
  rect,
  ridge,
  WIDTH,
} from './shapes.ts';

/** The library on its pillars by the river, at dusk. */
export function biblioteket(): string {
  const windows = Array.from({ length: 13 }, (_, index) => {
    const x = 330 + index * 74;
    const shelves = [610, 648].map((y) => rect({ x: x + 6, y, w: 42, h: 12 }, index % 3 === 0 ? C.red : C.woodDark)).join('');
    return rect({ x, y: 520, w: 54, h: 190, r: 2 }, C.lamp) + (index % 4 === 1 ? '' : shelves);
  });
  const pillars = [340, 520, 700, 880, 1060, 1240].map((x) => rect({ x, y: 740, w: 16, h: 76 }, C.woodDark));
  const reader = circle({ x: 668, y: 630, r: 15 }, C.ink) + path('M646,710 C646,664 656,650 668,650 C682,650 692,664 692,710 Z', C.ink);
  return picture(
    gradient('sky', ['#93b3bb', '#c9d3cc', '#f0dcc0']),
    ridge({ seed: 101, y: 500, height: 170, step: 280 }, '#9db9bb'),
    ridge({ seed: 102, y: 560, height: 120, step: 220 }, '#6f989b'),
    forest({ seed: 103, from: -20, to: WIDTH + 20, y: 640, height: 130, gap: 34, fill: C.near }),
    path(`M0,640 C400,620 1200,624 ${WIDTH},640 L${WIDTH},820 L0,820 Z`, '#6d8558'),
    gradient('water', ['#b9cfcb', '#7faab2', '#4d8189'], { x: 0, y: 790, w: WIDTH, h: HEIGHT - 790 }),
    path('M250,520 L800,372 L1350,520 L1350,540 L250,540 Z', C.ink),
    rect({ x: 290, y: 500, w: 1020, h: 240 }, C.wood),
    ...Array.from({ length: 34 }, (_, index) => rect({ x: 290 + index * 30, y: 500, w: 2, h: 240, opacity: 0.5 }, C.woodDark)),
    path('M250,520 L800,372 L1350,520 L1350,534 L800,392 L250,534 Z', C.ink),
    path('M300,520 L800,392 L1300,520 Z', C.woodDark),
    path('M560,500 L800,432 L1040,500 Z', C.lamp),
    ...windows,
    reader,
    rect({ x: 270, y: 736, w: 1060, h: 18 }, C.ink),
    ...pillars,
    glow('inside', { x: 800, y: 640, r: 520 }, '#ffdf9b').replaceAll('0.85', '0.28'),
    ...Array.from({ length: 13 }, (_, index) => rect({ x: 334 + index * 74, y: 838, w: 44, h: 130, opacity: 0.28 }, C.lamp)),
    ...[850, 886, 922, 960, 1004].map((y, index) =>
      line(`M${120 + index * 70},${y} h${360 - index * 20} M${900 - index * 40},${y + 12} h${420 - index * 30}`, '#d3e4e1', 3),
    ),
    birch(1420, 1090, { width: 46, height: 1140, lean: 30, seed: 104 }),
    birch(1500, 1090, { width: 34, height: 1140, lean: -20, seed: 105 }),
    dots({ seed: 106, count: 110, box: { x: 1290, y: -20, w: 340, h: 320 }, size: 14, opacity: 0.8 }, C.ochre),
  );
}

/** A town house by a quay, the capital's towers across the water. */
export function kontorHuvudstaden(): string {
  const house = (x: number, w: number, top: number, wall: string, floors: number) => {
    const step = (840 - top - 40) / floors;
    const columns = Math.floor(w / 66);
    const panes = Array.from({ length: floors * columns }, (_, index) => {
      const [floor, column] = [Math.floor(index / columns), index % columns];
      const lit = (index * 7 + Math.round(x)) % 5 < 2;
      const fill = floor === floors - 3 && wall === '#c9874a' ? '#ffe9b5' : lit ? C.lamp : '#5d6d70';
      return rect({ x: x + 24 + column * ((w - 30) / columns), y: top + 30 + floor * step, w: 32, h: step * 0.58, r: 2 }, fill);
    });
    return (
      rect({ x, y: top, w, h: 840 - top }, wall) +
      path(`M${x - 10},${top} L${x + 30},${top - 70} L${x + w - 30},${top - 70} L${x + w + 10},${top} Z`, '#44565a') +
      panes.join('')
    );
  };
  const tower = (x: number, h: number) =>
    rect({ x, y: 640 - h, w: 34, h }, '#7f949b') +
    path(`M${x - 6},${640 - h} L${x + 17},${640 - h - 110} L${x + 40},${640 - h} Z`, '#6d858d');
  return picture(
    gradient('sky', ['#7f9fb0', '#c5c8c4', '#f4d2ab', '#f6dcbd']),
    glow('sun', { x: 330, y: 600, r: 420 }, '#ffe2b0'),
    tower(150, 120),
    tower(420, 210),
    tower(640, 90),
    path(
      'M0,640 L0,580 L90,580 L90,556 L130,556 L130,590 L250,590 L250,560 L330,560 L330,584 L400,584 L400,560 L520,560 L520,590 L610,590 L610,566 L760,566 L760,600 L1000,600 L1000,640 Z',
      '#8ba0a5',
    ),
    gradient('water', ['#e9d0b0', '#a9bcc0', '#6f95a0'], { x: 0, y: 640, w: WIDTH, h: HEIGHT - 640 }),
    ...[680, 712, 748, 790, 836, 880].map((y, index) =>
      line(`M${40 + index * 50},${y} h${260 + index * 10} M${430 - index * 20},${y + 14} h${180}`, '#f7e4c8', 3),
    ),
    house(820, 250, 430, '#b9573f', 5),
    house(1060, 330, 340, '#c9874a', 6),
    house(1380, 260, 450, '#a79a80', 5),
    rect({ x: 1186, y: 756, w: 78, h: 84, r: 2 }, C.deep),
    rect({ x: 1176, y: 742, w: 98, h: 12 }, C.deep),
    path(`M760,840 L${WIDTH},840 L${WIDTH},900 L720,900 Z`, '#b8b2a3'),
    path(`M720,900 L${WIDTH},900 L${WIDTH},1067 L640,1067 Z`, '#8d8a80'),
    ...[820, 960, 1100, 1240, 1380, 1520].map((x) => rect({ x, y: 872, w: 12, h: 44 }, C.ink) + circle({ x: x + 6, y: 872, r: 10 }, C.ink)),
    line('M1330,880 L1330,600', C.ink, 8),
    circle({ x: 1330, y: 590, r: 20 }, C.lamp),
    glow('lamp', { x: 1330, y: 590, r: 130 }, '#ffdf9b').replaceAll('0.85', '0.5'),
  );
}

/** The hospital on reserve power: some windows lit, snow all round. */
export function sjukhuset(): string {
  const wing = (box: { x: number; y: number; w: number; h: number }, rows: number, columns: number, seed: number) => {
    const random = randomFrom(seed);
    const panes = Array.from({ length: rows * columns }, (_, index) => {
      const lit = random() < 0.28;
      const [x, y] = [
        box.x + 24 + (index % columns) * ((box.w - 32) / columns),
        box.y + 30 + Math.floor(index / columns) * ((box.h - 40) / rows),
      ];
      return rect({ x, y, w: (box.w - 32) / columns - 18, h: (box.h - 40) / rows - 26, r: 2 }, lit ? C.lamp : '#29454f');
    });
    return rect(box, '#3d606a') + rect({ x: box.x - 10, y: box.y - 22, w: box.w + 20, h: 26, r: 12 }, C.snow) + panes.join('');
  };
  return picture(
    gradient('sky', ['#1b3b4c', '#3f6674', '#8ba4a6']),
    ridge({ seed: 121, y: 560, height: 150, step: 260 }, '#345c68'),
    forest({ seed: 122, from: -20, to: WIDTH + 20, y: 690, height: 120, gap: 34, fill: '#1d4450' }),
    path(`M0,680 L${WIDTH},680 L${WIDTH},1067 L0,1067 Z`, '#a9c0c6'),
    wing({ x: 240, y: 470, w: 440, h: 330 }, 4, 7, 3),
    wing({ x: 1010, y: 400, w: 400, h: 400 }, 5, 6, 1),
    wing({ x: 672, y: 590, w: 346, h: 210 }, 2, 4, 6),
    rect({ x: 760, y: 720, w: 180, h: 80 }, C.lamp),
    rect({ x: 846, y: 720, w: 8, h: 80 }, '#3d606a'),
    rect({ x: 730, y: 696, w: 240, h: 26, r: 4 }, C.red),
    rect({ x: 1170, y: 330, w: 80, h: 24 }, C.snow) + rect({ x: 1198, y: 302, w: 24, h: 80 }, C.snow),
    glow('door', { x: 850, y: 800, r: 330 }, '#ffdf9b').replaceAll('0.85', '0.55'),
    path(`M0,800 C500,776 1100,782 ${WIDTH},806 L${WIDTH},1067 L0,1067 Z`, '#cddadd'),
    path('M770,800 L930,800 L1090,1067 L560,1067 Z', '#e9ecdf'),
    path(`M0,940 C300,880 460,920 560,1067 L0,1067 Z`, C.snow),
    path(`M${WIDTH},900 C1340,880 1180,960 1120,1067 L${WIDTH},1067 Z`, C.snow),
    forest({ seed: 124, from: 20, to: 260, y: 1000, height: 330, gap: 110, fill: C.deep, snow: C.snow }),
    forest({ seed: 125, from: 1420, to: 1640, y: 980, height: 360, gap: 120, fill: C.deep, snow: C.snow }),
    dots({ seed: 126, count: 190, box: { x: 0, y: 0, w: WIDTH, h: HEIGHT }, size: 3.4, opacity: 0.8 }, '#ffffff'),
  );
}

function chair(x: number, y: number, size: number, colour: string): string {
  const s = size / 100;
  const legs = line(
    `M${x - 38 * s},${y} L${x - 30 * s},${y - 62 * s} M${x + 38 * s},${y} L${x + 30 * s},${y - 62 * s} M${x - 20 * s},${y - 14 * s} L${x - 20 * s},${y - 60 * s} M${x + 20 * s},${y - 14 * s} L${x + 20 * s},${y - 60 * s}`,
    C.woodDark,
    7 * s,
  );
  const back = rect({ x: x - 38 * s, y: y - 150 * s, w: 76 * s, h: 74 * s, r: 16 * s }, colour);
  return `${legs}${back}${rect({ x: x - 44 * s, y: y - 82 * s, w: 88 * s, h: 24 * s, r: 10 * s }, colour)}${rect({ x: x - 44 * s, y: y - 68 * s, w: 88 * s, h: 10 * s, r: 5 * s, opacity: 0.22 }, '#000000')}`;
}

/** A meeting room: a half circle of chairs before tall windows, snow and a river outside. */
export function motesrummet(): string {
  const panes = [150, 480, 810, 1140];
  const chairs = [
    [300, 850, 118],
    [430, 810, 108],
    [575, 786, 102],
    [725, 774, 98],
    [875, 774, 98],
    [1025, 786, 102],
    [1170, 810, 108],
    [1300, 850, 118],
  ] as const;
  return picture(
    rect({ x: 0, y: 0, w: WIDTH, h: HEIGHT }, '#e9e0d1'),
    gradient('outside', ['#c3d6dc', '#e6ebe6', '#f4f1e8'], { x: 130, y: 110, w: 1340, h: 540 }),
    `<g clip-path="url(#panes)">${ridge({ seed: 131, y: 430, height: 120, step: 220 }, '#b3c8cc')}${ridge({ seed: 132, y: 490, height: 80, step: 200 }, '#8fb0b5')}${forest({ seed: 133, from: 100, to: 1500, y: 540, height: 70, gap: 30, fill: C.middle })}${rect({ x: 100, y: 536, w: 1400, h: 130 }, C.snow)}${path('M100,600 C500,560 700,640 1000,600 C1200,575 1400,600 1500,585 L1500,630 C1300,640 1200,610 1000,640 C700,680 500,600 100,640 Z', C.river)}</g>`,
    `<defs><clipPath id="panes">${panes.map((x) => `<rect x="${x}" y="130" width="310" height="500"/>`).join('')}</clipPath></defs>`,
    path(
      'M110,90 H1490 V670 H110 Z M150,130 V630 H460 V130 Z M480,130 V630 H790 V130 Z M810,130 V630 H1120 V130 Z M1140,130 V630 H1450 V130 Z',
      '#f8f4ec',
    ).replace('/>', ' fill-rule="evenodd"/>'),
    ...panes.map((x) => rect({ x, y: 300, w: 310, h: 8 }, '#f8f4ec') + rect({ x: x + 151, y: 130, w: 8, h: 500 }, '#f8f4ec')),
    rect({ x: 90, y: 660, w: 1420, h: 22 }, C.wood),
    path(`M0,720 L${WIDTH},720 L${WIDTH},1067 L0,1067 Z`, '#c49a6b'),
    ...[0, 1, 2, 3, 4, 5, 6, 7, 8].map((index) => line(`M${800 + (index - 4) * 150},720 L${800 + (index - 4) * 330},1067`, '#b0875a', 3)),
    ...panes.map((x) =>
      path(`M${x + 20},720 L${x + 300},720 L${x + 300 + (x - 640) * 0.5},1067 L${x - 60 + (x - 640) * 0.5},1067 Z`, '#f3dfb9', 0.28),
    ),
    `<ellipse cx="800" cy="930" rx="470" ry="96" fill="${C.near}" opacity="0.9"/><ellipse cx="800" cy="930" rx="436" ry="84" fill="none" stroke="#8fb9b9" stroke-width="6"/>`,
    ...chairs.map(([x, y, size], index) => chair(x, y, size, index % 3 === 1 ? C.ochre : index % 3 === 2 ? C.red : C.middle)),
    ...[420, 800, 1180].map(
      (x) =>
        line(`M${x},0 L${x},150`, C.ink, 5) +
        path(`M${x - 70},210 C${x - 60},150 ${x + 60},150 ${x + 70},210 Z`, C.deep) +
        rect({ x: x - 50, y: 208, w: 100, h: 10, r: 5 }, C.lamp),
    ),
    rect({ x: 60, y: 820, w: 90, h: 110, r: 10 }, C.paper),
    path('M105,830 C30,760 20,640 70,560 C90,650 100,720 105,830 Z M105,830 C110,720 130,600 190,540 C200,660 170,760 105,830 Z', C.moss),
  );
}

/** A waiting room with four empty chairs, a plant and a clock. */
export function vantrummet(): string {
  return picture(
    gradient('wall', ['#dfe9e6', '#e9eee6']),
    rect({ x: 0, y: 560, w: WIDTH, h: 240 }, '#b7cfcb'),
    rect({ x: 0, y: 552, w: WIDTH, h: 10 }, '#f6f3ea'),
    gradient('outside', ['#bcd2d9', '#dfe8e6', '#eef0ea'], { x: 1010, y: 130, w: 420, h: 360 }),
    `<defs><clipPath id="pane"><rect x="1010" y="130" width="420" height="360"/></clipPath></defs>`,
    `<g clip-path="url(#pane)">${ridge({ seed: 141, y: 380, height: 90, step: 200 }, '#a5c0c4')}${rect({ x: 1000, y: 430, w: 460, h: 80 }, C.snow)}${forest({ seed: 142, from: 1030, to: 1430, y: 470, height: 240, gap: 74, fill: C.near, snow: C.snow })}</g>`,
    path('M990,110 H1450 V510 H990 Z M1010,130 V490 H1430 V130 Z', '#f8f5ee').replace('/>', ' fill-rule="evenodd"/>'),
    rect({ x: 1216, y: 130, w: 10, h: 360 }, '#f8f5ee'),
    rect({ x: 976, y: 504, w: 488, h: 20, r: 4 }, C.wood),
    circle({ x: 330, y: 270, r: 104 }, C.deep) + circle({ x: 330, y: 270, r: 90 }, '#fbf8f1'),
    ...Array.from({ length: 12 }, (_, hour) => {
      const angle = (hour * Math.PI) / 6;
      const point = (r: number) => `${(330 + Math.sin(angle) * r).toFixed(1)},${(270 - Math.cos(angle) * r).toFixed(1)}`;
      return line(`M${point(74)} L${point(82)}`, C.ink, 5);
    }),
    line('M330,270 L330,206', C.ink, 7) + line('M330,270 L374,300', C.ink, 9) + circle({ x: 330, y: 270, r: 9 }, C.red),
    rect({ x: 560, y: 180, w: 260, h: 190, r: 4 }, '#fbf8f1') +
      rect({ x: 576, y: 196, w: 228, h: 158 }, C.riverLight) +
      path('M576,354 L576,300 C640,250 690,320 804,260 L804,354 Z', C.far) +
      circle({ x: 750, y: 236, r: 20 }, C.ochre),
    gradient('floor', ['#cfc2a8', '#bfae90'], { x: 0, y: 800, w: WIDTH, h: HEIGHT - 800 }),
    path(`M0,800 H${WIDTH} V812 H0 Z`, '#f6f3ea'),
    `<ellipse cx="680" cy="946" rx="560" ry="34" fill="#a89877" opacity="0.5"/>`,
    ...[300, 550, 800, 1050].map((x, index) => chair(x, 940, 210, index % 2 === 0 ? C.middle : C.ochre)),
    `<ellipse cx="1370" cy="956" rx="110" ry="20" fill="#a89877" opacity="0.5"/>`,
    path(
      'M1370,800 C1250,740 1220,610 1260,520 C1320,600 1360,690 1370,800 Z M1370,800 C1370,660 1400,540 1490,480 C1520,600 1470,730 1370,800 Z M1370,800 C1330,660 1340,520 1380,440 C1430,540 1420,690 1370,800 Z',
      C.moss,
    ),
    path('M1290,790 H1450 L1428,956 H1312 Z', C.red) + rect({ x: 1280, y: 776, w: 180, h: 30, r: 6 }, C.redDark),
  );
}
