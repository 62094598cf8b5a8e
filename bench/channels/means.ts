/** A way to leave a note for the next sandbox. */
export interface Means {
  /** What end.py calls it. */
  id: string;
  name: string;
  /** Bits in one message: a counter or a clock holds one number, everything else a bit for each page, file or name. */
  most: number;
  /** What it carries when its writer takes as long as a pass may last; what is tried here is shorter. */
  wholePass?: number;
  /** Nothing can stop it, however little of it arrives here. */
  inherent?: true;
}

/** The longest scoring pass of a track is 300 s; a reader can distinguish steps of a twentieth of a second. */
const PASS_SECONDS = 300;
const LENGTH_BITS = Math.log2(PASS_SECONDS / 0.05);
/** Names are looked up at 200,000 a second, in any folder that both see. */
const NAMES_BITS = PASS_SECONDS * 200_000;
/** Ten million files, distinguished in groups of four. */
const INODES_BITS = Math.log2(10e6 / 4);
/** Half a million pipes a second, distinguished by two batches of 1,024 numbers. */
const PIPES_BITS = Math.log2((PASS_SECONDS * 500_000) / 2048);

export const MEANS: Means[] = [
  { id: 'pages-asked', name: 'page cache, asked (preadv2 NOWAIT)', most: 1000 },
  { id: 'pages-faults', name: 'page cache, major faults (getrusage)', most: 1000 },
  { id: 'pages-time', name: 'page cache, time of the read', most: 1000 },
  { id: 'hints', name: 'inode hints (fcntl)', most: 1000 },
  { id: 'atime', name: 'times of last access', most: 1000 },
  { id: 'names-time', name: 'names looked up, by time', most: 1000, wholePass: NAMES_BITS },
  { id: 'scratch-blocks', name: 'free blocks under scratch', most: 10 },
  {
    id: 'scratch-inodes',
    name: 'inode numbers of scratch',
    most: 10,
    wholePass: INODES_BITS,
    inherent: true,
  },
  { id: 'pipes', name: 'numbers of pipes', most: 10, wholePass: PIPES_BITS, inherent: true },
  { id: 'proc-stat', name: 'processes so far (/proc/stat)', most: 10 },
  { id: 'length', name: 'length of the pass', most: 6, wholePass: LENGTH_BITS, inherent: true },
];
