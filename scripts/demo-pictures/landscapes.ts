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

/** River valley in morning light, birches in front. */
export function alvdalen(): string {
  const river =
    'M930,560 C860,590 700,600 720,640 C745,690 1120,690 1130,760 C1140,850 640,880 520,1067 L1330,1067 C1380,930 1440,860 1390,770 C1340,690 960,680 930,640 C910,612 960,590 1000,560 Z';
  return picture(
    gradient('sky', ['#f7e6d0', '#f5ead9', '#dfe9e4']),
    glow('sun', { x: 980, y: 420, r: 420 }, '#ffe9bd'),
    circle({ x: 980, y: 400, r: 46 }, '#fff3d6'),
    ridge({ seed: 4, y: 470, height: 150, step: 260 }, C.mist),
    ridge({ seed: 12, y: 540, height: 150, step: 230 }, C.haze),
    ridge({ seed: 21, y: 600, height: 110, step: 210 }, C.far),
    gradient('valley', [C.moss, C.meadow, '#8aa063'], { x: 0, y: 560, w: WIDTH, h: HEIGHT - 560 }),
    path(river, C.river),
    path(
      'M960,585 C900,600 760,605 775,640 C800,680 1160,690 1165,765 C1170,860 800,900 690,1067 L860,1067 C960,920 1240,860 1225,765 C1210,690 850,680 835,640 C830,610 930,600 960,585 Z',
      C.riverLight,
      0.7,
    ),
    forest({ seed: 5, from: -20, to: 700, y: 640, height: 74, gap: 26, fill: C.middle }),
    forest({ seed: 6, from: 1010, to: 1640, y: 640, height: 80, gap: 26, fill: C.middle }),
    forest({ seed: 7, from: 1420, to: 1660, y: 800, height: 190, gap: 52, fill: C.near }),
    forest({ seed: 8, from: -40, to: 420, y: 830, height: 210, gap: 56, fill: C.near }),
    path('M0,920 C220,860 420,900 560,1067 L0,1067 Z', '#5f7b4c'),
    birch(120, 1090, { width: 54, height: 1130, lean: 34, seed: 31 }),
    birch(266, 1080, { width: 38, height: 1120, lean: -26, seed: 32 }),
    birch(402, 1090, { width: 30, height: 1120, lean: 60, seed: 33 }),
    dots({ seed: 9, count: 150, box: { x: 0, y: -20, w: 640, h: 250 }, size: 13, opacity: 0.8 }, C.leaf),
    dots({ seed: 10, count: 90, box: { x: 30, y: -20, w: 560, h: 200 }, size: 11, opacity: 0.85 }, C.moss),
  );
}

/** A path through open birch wood in early summer. */
export function bjorkskog(): string {
  const random = randomFrom(77);
  let far = '';
  for (let x = 20; x < WIDTH; x += 40 + random() * 46)
    far += rect({ x, y: 120, w: 8 + random() * 8, h: 560 + random() * 40, opacity: 0.55 }, C.snow);
  let grass = '';
  for (let index = 0; index < 420; index += 1) {
    const [x, y] = [random() * WIDTH, 800 + random() * 280];
    const onPath = Math.abs(x - (800 + (y - 1067) * -0.12)) < 60 + (y - 680) * 0.42;
    if (!onPath)
      grass += line(
        `M${x},${y} q${random() * 12 - 6},-34 ${random() * 40 - 20},${-50 - random() * 50}`,
        random() < 0.5 ? '#6f8a4e' : '#91a862',
        4,
      );
  }
  return picture(
    gradient('sky', ['#e9efdc', '#dbe6c6', '#c3d39c']),
    glow('light', { x: 840, y: 420, r: 620 }, '#fdf6d8'),
    far,
    dots({ seed: 71, count: 260, box: { x: 0, y: -20, w: WIDTH, h: 420 }, size: 26, opacity: 0.5 }, C.leaf),
    path(`M0,690 C400,650 1200,650 ${WIDTH},690 L${WIDTH},1067 L0,1067 Z`, '#9db36b'),
    path('M800,672 C780,760 560,900 470,1067 L1130,1067 C1010,900 850,760 838,672 Z', '#d9c9a3'),
    path('M806,672 C796,760 640,900 590,1067 L820,1067 C830,900 826,760 826,672 Z', '#e8dcbd', 0.7),
    birch(520, 800, { width: 26, height: 830, lean: 22, seed: 72 }),
    birch(1040, 790, { width: 24, height: 830, lean: -30, seed: 73 }),
    birch(1180, 860, { width: 36, height: 900, lean: 26, seed: 74 }),
    birch(300, 880, { width: 40, height: 920, lean: -20, seed: 75 }),
    grass,
    birch(90, 1100, { width: 70, height: 1140, lean: 30, seed: 76 }),
    birch(1400, 1100, { width: 78, height: 1140, lean: -40, seed: 78 }),
    dots({ seed: 79, count: 170, box: { x: -20, y: -40, w: WIDTH + 40, h: 300 }, size: 20, opacity: 0.75 }, '#8fa65c'),
  );
}

/** The cold lab on its bog under an aurora. */
export function koldlabbet(): string {
  // Layers instead of a blur: a blur fades at the picture's edges.
  const band = (d: string, colour: string, opacity: number) =>
    Array.from({ length: 7 }, (_, layer) => `<g transform="translate(0 ${layer * -16})">${path(d, colour, opacity)}</g>`).join('');
  return picture(
    gradient('sky', ['#0a1c2a', '#10303f', '#1f5560']),
    dots({ seed: 41, count: 170, box: { x: 0, y: 0, w: WIDTH, h: 600 }, size: 1.9, opacity: 0.9 }, '#ffffff'),
    band(
      'M-300,520 C300,140 620,480 980,230 C1250,60 1450,150 1950,-40 L1950,110 C1430,270 1260,190 1010,360 C640,600 320,300 -300,700 Z',
      '#4fbf95',
      0.1,
    ),
    band(
      'M-300,420 C340,90 640,380 1010,140 C1260,0 1430,60 1950,-110 L1950,0 C1440,130 1260,80 1010,220 C650,450 330,190 -300,530 Z',
      '#9be8c0',
      0.07,
    ),
    ridge({ seed: 44, y: 660, height: 130, step: 250 }, '#16404b'),
    forest({ seed: 45, from: -20, to: WIDTH, y: 700, height: 92, gap: 30, fill: '#0d2c36' }),
    path(`M0,700 C400,672 1200,676 ${WIDTH},704 L${WIDTH},1067 L0,1067 Z`, '#9fbcc4'),
    path(`M0,800 C500,740 1100,800 ${WIDTH},770 L${WIDTH},1067 L0,1067 Z`, '#c5d8dc'),
    path(`M0,930 C420,850 1000,930 ${WIDTH},880 L${WIDTH},1067 L0,1067 Z`, '#dfeaeb'),
    rect({ x: 560, y: 600, w: 560, h: 190 }, '#1d2f38'),
    rect({ x: 540, y: 584, w: 600, h: 30, r: 14 }, C.snow),
    rect({ x: 880, y: 520, w: 150, h: 90 }, '#26404a'),
    rect({ x: 872, y: 508, w: 166, h: 22, r: 10 }, C.snow),
    ...[600, 672, 744, 816].map((x) => rect({ x, y: 650, w: 48, h: 70, r: 3 }, C.lamp)),
    rect({ x: 960, y: 660, w: 78, h: 130, r: 3 }, C.red),
    rect({ x: 1060, y: 650, w: 36, h: 50, r: 3 }, C.lamp),
    glow('lamp', { x: 720, y: 700, r: 260 }, 'rgb(255,223,155)').replaceAll('0.85', '0.35'),
    path('M500,792 C640,760 1040,764 1180,792 L1180,810 L500,810 Z', '#e9f1f1'),
    line('M1290,800 L1290,300', '#1d2f38', 9),
    line('M1290,340 L1230,800 M1290,340 L1352,800 M1262,560 L1320,560 M1272,470 L1309,470 M1250,660 L1332,660', '#1d2f38', 4),
    circle({ x: 1290, y: 296, r: 10 }, C.red),
    line('M1262,330 L1318,330', '#1d2f38', 6),
    circle({ x: 1260, y: 330, r: 9 }, C.snow),
    circle({ x: 1320, y: 330, r: 9 }, C.snow),
    forest({ seed: 48, from: -60, to: 380, y: 960, height: 330, gap: 120, fill: '#0f3540', snow: '#dfeaeb' }),
  );
}

/** A schematic map: river, bus line with four stops, railway. */
export function linjekarta(): string {
  const stops = [
    [214, 870],
    [560, 706],
    [930, 430],
    [1370, 214],
  ] as const;
  const bus = 'M214,870 L400,870 L560,706 L760,706 L930,530 L930,430 L1090,270 L1300,270 L1370,214';
  const fields = [
    path('M0,0 L520,0 C420,160 300,190 0,300 Z', '#dfe6cf'),
    path(`M1050,1067 C1120,860 1330,760 ${WIDTH},720 L${WIDTH},1067 Z`, '#dfe6cf'),
    path('M610,90 C760,40 900,150 830,260 C760,350 600,300 560,220 C540,170 560,110 610,90 Z', '#e6ead6'),
    path('M120,480 C260,430 380,520 330,610 C280,690 130,660 90,590 C70,540 80,500 120,480 Z', '#e6ead6'),
  ];
  const contours = [0, 1, 2].map(
    (ring) =>
      `<g fill="none" stroke="#cdd6bb" stroke-width="4">${path(`M${660 + ring * 22},${130 + ring * 24} C${740},${90 + ring * 30} ${850 - ring * 22},${160 + ring * 8} ${800 - ring * 16},${240 - ring * 12} C${740},${300 - ring * 26} ${620 + ring * 26},${260 - ring * 10} ${660 + ring * 22},${130 + ring * 24} Z`, 'none')}</g>`,
  );
  return picture(
    rect({ x: 0, y: 0, w: WIDTH, h: HEIGHT }, C.paper),
    ...fields,
    ...contours,
    line('M1640,60 C1380,130 1260,60 1120,160 C960,280 1000,420 820,520 C640,610 700,760 480,800 C300,840 260,980 -40,1000', C.river, 58),
    line(
      'M1640,60 C1380,130 1260,60 1120,160 C960,280 1000,420 820,520 C640,610 700,760 480,800 C300,840 260,980 -40,1000',
      C.riverLight,
      20,
    ),
    line('M-20,1036 L48,1036 L214,870 L214,790 L298,706 L560,706 L720,866 L1010,866 L1230,1086', C.ink, 16),
    `<path d="M-20,1036 L48,1036 L214,870 L214,790 L298,706 L560,706 L720,866 L1010,866 L1230,1086" fill="none" stroke="${C.paper}" stroke-width="6" stroke-dasharray="26 22"/>`,
    line(bus, C.paper, 34),
    line(bus, C.red, 22),
    ...stops.map(([x, y]) => circle({ x, y, r: 34 }, C.red) + circle({ x, y, r: 22 }, C.paper)),
    circle({ x: 560, y: 706, r: 46 }, C.ink) + circle({ x: 560, y: 706, r: 34 }, C.paper) + circle({ x: 560, y: 706, r: 20 }, C.red),
    forest({ seed: 61, from: 90, to: 430, y: 200, height: 80, gap: 62, fill: C.far }),
    forest({ seed: 62, from: 1190, to: 1540, y: 960, height: 90, gap: 66, fill: C.far }),
    forest({ seed: 63, from: 1130, to: 1500, y: 560, height: 70, gap: 80, fill: C.haze }),
  );
}

/** A quiet band of woven pattern; decoration only. */
export function prydnad(): string {
  const cells = Array.from({ length: 40 }, (_, index) => {
    const x = index * 40;
    const colour = index % 4 === 0 ? C.red : index % 2 === 0 ? C.near : C.ochre;
    return path(`M${x + 20},20 L${x + 38},60 L${x + 20},100 L${x + 2},60 Z`, colour);
  });
  const frame =
    rect({ x: 0, y: 0, w: WIDTH, h: 120 }, C.paper) +
    rect({ x: 0, y: 6, w: WIDTH, h: 4 }, C.near) +
    rect({ x: 0, y: 110, w: WIDTH, h: 4 }, C.near);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="120">${frame}${cells.join('')}</svg>`;
}
