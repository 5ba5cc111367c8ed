import { COLOURS as C, circle, dots, forest, glow, gradient, HEIGHT, line, path, picture, rect, ridge, WIDTH } from './shapes.ts';

function wheel(x: number, y: number, r: number): string {
  return circle({ x, y, r }, C.ink) + circle({ x, y, r: r * 0.55 }, '#b8c4c4') + circle({ x, y, r: r * 0.2 }, C.ink);
}

/** Bus 41 on the road through the valley. */
export function buss41(): string {
  const windows = [452, 570, 688, 806, 924].map(
    (x) =>
      rect({ x, y: 640, w: 106, h: 96, r: 8 }, '#24434c') +
      path(`M${x + 20},736 L${x + 60},640 L${x + 84},640 L${x + 44},736 Z`, '#ffffff', 0.14),
  );
  const people = [500, 640, 850].map(
    (x) => circle({ x, y: 694, r: 15 }, '#7f999c') + path(`M${x - 24},736 C${x - 22},712 ${x + 22},712 ${x + 24},736 Z`, '#7f999c'),
  );
  return picture(
    gradient('sky', ['#bfd8de', '#e3ebe2', '#f5ecd8']),
    path('M-20,520 L220,300 L330,390 L520,190 L700,390 L820,320 L1040,520 L1160,640 L-20,640 Z', '#9dbcc2'),
    path('M220,300 L262,334 L236,352 L206,334 L180,338 Z M520,190 L584,262 L548,282 L516,250 L490,274 L460,254 Z', C.snow),
    ridge({ seed: 81, y: 540, height: 90, step: 240 }, C.far),
    forest({ seed: 82, from: -20, to: WIDTH + 20, y: 620, height: 130, gap: 32, fill: C.middle }),
    forest({ seed: 83, from: 1060, to: WIDTH + 40, y: 690, height: 240, gap: 52, fill: C.near }),
    forest({ seed: 84, from: -40, to: 330, y: 690, height: 220, gap: 54, fill: C.near }),
    path(`M0,680 L${WIDTH},680 L${WIDTH},1067 L0,1067 Z`, C.meadow),
    path(`M0,720 C500,690 1100,700 ${WIDTH},712 L${WIDTH},800 L0,800 Z`, C.moss),
    path(`M0,840 L${WIDTH},826 L${WIDTH},1000 L0,1024 Z`, '#70787a'),
    path(`M0,848 L${WIDTH},834 L${WIDTH},842 L0,856 Z M0,1006 L${WIDTH},982 L${WIDTH},992 L0,1016 Z`, '#e9e6da'),
    ...Array.from({ length: 9 }, (_, index) => path(`M${index * 190 + 20},936 l110,-2 l0,10 l-110,2 Z`, '#e9e6da')),
    `<ellipse cx="760" cy="900" rx="440" ry="26" fill="#000000" opacity="0.22"/>`,
    rect({ x: 400, y: 590, w: 760, h: 280, r: 34 }, '#fbf9f3'),
    path('M400,770 H1160 V836 Q1160,870 1126,870 H434 Q400,870 400,836 Z', '#0b5563'),
    path('M640,770 L720,590 H800 L720,770 Z', '#0b5563', 0.12),
    rect({ x: 420, y: 606, w: 640, h: 18, r: 8 }, '#dfe4df'),
    ...windows,
    ...people,
    rect({ x: 1050, y: 634, w: 84, h: 120, r: 14 }, '#2d4f58') + path('M1066,754 L1104,634 L1124,634 L1090,754 Z', '#ffffff', 0.16),
    rect({ x: 1040, y: 760, w: 4, h: 106 }, '#0a4652'),
    rect({ x: 930, y: 598, w: 190, h: 28, r: 6 }, C.ink) +
      [0, 1, 2, 3, 4, 5].map((index) => rect({ x: 948 + index * 26, y: 606, w: 14, h: 12, r: 2 }, C.ochre)).join(''),
    rect({ x: 1138, y: 800, w: 22, h: 26, r: 8 }, C.lamp),
    rect({ x: 400, y: 800, w: 12, h: 34, r: 5 }, C.red),
    wheel(560, 872, 50),
    wheel(1010, 872, 50),
    line('M250,860 L250,640', C.ink, 8) +
      rect({ x: 206, y: 610, w: 88, h: 88, r: 12 }, '#0b5563') +
      rect({ x: 224, y: 634, w: 52, h: 32, r: 6 }, '#ffffff') +
      circle({ x: 236, y: 672, r: 7 }, '#ffffff') +
      circle({ x: 264, y: 672, r: 7 }, '#ffffff'),
  );
}

/** A station platform in snow, a train waiting. */
export function perrongen(): string {
  const windows = Array.from({ length: 7 }, (_, index) => rect({ x: 560 + index * 140, y: 560, w: 104, h: 84, r: 10 }, C.lamp));
  const lamps = [230, 500].map(
    (x, index) =>
      line(`M${x},880 L${x},${420 + index * 30} q0,-34 40,-34`, C.ink, 8) +
      circle({ x: x + 48, y: 388 + index * 30, r: 18 }, C.lamp) +
      glow(`lamp${index}`, { x: x + 48, y: 388 + index * 30, r: 170 }, '#ffdf9b').replaceAll('0.85', '0.5'),
  );
  return picture(
    gradient('sky', ['#35566a', '#6f93a0', '#c6d0cd']),
    ridge({ seed: 91, y: 520, height: 160, step: 270 }, '#6d919b'),
    forest({ seed: 92, from: -20, to: WIDTH + 20, y: 640, height: 150, gap: 38, fill: '#2f5d68', snow: '#c3d3d6' }),
    path(`M0,630 L${WIDTH},630 L${WIDTH},1067 L0,1067 Z`, '#cddadd'),
    path(`M470,540 Q474,490 540,490 H${WIDTH} V770 H430 Q420,640 470,540 Z`, C.red),
    path(`M474,530 Q482,490 540,490 H${WIDTH} V506 H540 Q494,508 474,530 Z`, C.snow),
    path('M462,560 Q470,540 500,540 H530 V640 H440 Q446,590 462,560 Z', '#24434c'),
    ...windows,
    rect({ x: 540, y: 676, w: 1060, h: 14 }, '#f0e6d6'),
    rect({ x: 960, y: 536, w: 6, h: 234 }, C.redDark) + rect({ x: 1380, y: 536, w: 6, h: 234 }, C.redDark),
    rect({ x: 436, y: 716, w: 30, h: 20, r: 8 }, C.lamp),
    glow('head', { x: 430, y: 726, r: 240 }, '#fff0c4').replaceAll('0.85', '0.6'),
    rect({ x: 430, y: 770, w: 1170, h: 30 }, C.ink),
    ...[560, 690, 960, 1090, 1360, 1490].map((x) => circle({ x, y: 796, r: 26 }, '#2f3f45')),
    rect({ x: 0, y: 818, w: WIDTH, h: 12 }, '#5c6b70'),
    path(`M0,850 L${WIDTH},850 L${WIDTH},1067 L0,1067 Z`, '#e6edec'),
    path(`M0,850 L${WIDTH},850 L${WIDTH},866 L0,866 Z`, '#9fb0b2'),
    path(`M0,900 L${WIDTH},900 L${WIDTH},910 L0,910 Z`, C.ochre, 0.7),
    path(`M0,980 C400,940 900,1000 ${WIDTH},960 L${WIDTH},1067 L0,1067 Z`, '#f7faf9'),
    ...lamps,
    rect({ x: 70, y: 560, w: 10, h: 330 }, C.ink) +
      rect({ x: 20, y: 540, w: 150, h: 60, r: 6 }, C.near) +
      rect({ x: 36, y: 560, w: 118, h: 8, r: 4 }, C.snow) +
      rect({ x: 36, y: 578, w: 80, h: 6, r: 3 }, C.riverLight),
    circle({ x: 352, y: 746, r: 20 }, '#e2b48f') +
      path('M332,742 C332,716 372,716 372,742 Z', C.red) +
      path('M318,880 C316,800 328,770 352,770 C378,770 388,800 386,880 Z', C.deep) +
      rect({ x: 330, y: 876, w: 18, h: 40 }, C.ink) +
      rect({ x: 358, y: 876, w: 18, h: 40 }, C.ink) +
      rect({ x: 396, y: 850, w: 46, h: 64, r: 8 }, C.ochre) +
      line('M404,850 L404,824 L434,824 L434,850', C.ink, 4),
    dots({ seed: 96, count: 230, box: { x: 0, y: 0, w: WIDTH, h: HEIGHT }, size: 3.6, opacity: 0.85 }, '#ffffff'),
  );
}

/** A helicopter on a lit landing place, mountains behind. */
export function landningsplats(): string {
  const lights = Array.from({ length: 18 }, (_, index) => {
    const angle = (index / 18) * Math.PI * 2;
    return circle({ x: 800 + Math.cos(angle) * 560, y: 890 + Math.sin(angle) * 112, r: 9 }, C.lamp);
  });
  return picture(
    gradient('sky', ['#22465a', '#7d95a0', '#e2bfa1']),
    path('M-20,640 L180,430 L300,520 L520,300 L720,540 L860,440 L1010,560 L1230,330 L1440,540 L1640,440 L1640,700 L-20,700 Z', '#86a3ae'),
    path(
      'M520,300 L596,392 L556,420 L520,380 L484,418 L436,386 Z M1230,330 L1306,410 L1262,436 L1228,404 L1196,432 L1160,404 Z M180,430 L232,468 L204,484 L176,468 L150,484 L140,474 Z',
      C.snow,
    ),
    forest({ seed: 151, from: -20, to: WIDTH + 20, y: 700, height: 110, gap: 30, fill: '#254f5b' }),
    path(`M0,690 L${WIDTH},690 L${WIDTH},1067 L0,1067 Z`, '#c9d8dc'),
    path(`M0,740 C500,710 1000,750 ${WIDTH},724 L${WIDTH},1067 L0,1067 Z`, '#dde8e9'),
    `<ellipse cx="800" cy="890" rx="590" ry="126" fill="#6c7c80"/><ellipse cx="800" cy="890" rx="520" ry="104" fill="none" stroke="${C.snow}" stroke-width="10"/>`,
    path('M700,850 h26 v30 h148 v-30 h26 v84 h-26 v-30 h-148 v30 h-26 Z', C.snow, 0.55),
    ...lights,
    glow('pad', { x: 800, y: 880, r: 520 }, '#ffdf9b').replaceAll('0.85', '0.22'),
    `<ellipse cx="790" cy="892" rx="300" ry="30" fill="#000000" opacity="0.25"/>`,
    path('M930,640 L1260,612 L1270,640 L960,720 Z', C.ochre) +
      path('M1230,616 L1282,520 L1318,520 L1290,640 L1240,636 Z', C.ochre) +
      circle({ x: 1296, y: 560, r: 52, opacity: 0.25 }, C.snow) +
      line('M1296,508 L1296,612 M1244,560 L1348,560', C.ink, 6),
    path(
      'M560,740 C560,640 650,580 780,580 C900,580 980,620 1000,690 C1010,750 960,790 860,796 L660,796 C600,794 560,780 560,740 Z',
      C.ochre,
    ),
    path('M572,716 C586,646 650,602 720,596 L720,716 Z', '#24434c') + path('M740,596 H830 V700 H740 Z', '#24434c'),
    path('M566,744 H996 C990,770 940,792 860,796 L660,796 C600,794 566,780 566,744 Z', C.red),
    rect({ x: 872, y: 640, w: 60, h: 18 }, C.snow) + rect({ x: 893, y: 619, w: 18, h: 60 }, C.snow),
    rect({ x: 776, y: 536, w: 22, h: 48 }, C.ink) + rect({ x: 400, y: 526, w: 780, h: 12, r: 6 }, C.ink),
    line('M640,796 L622,858 M880,796 L898,858 M560,866 H960 q24,0 34,-16', C.ink, 9),
    dots({ seed: 152, count: 110, box: { x: 0, y: 0, w: WIDTH, h: 700 }, size: 2.4, opacity: 0.6 }, '#ffffff'),
  );
}
