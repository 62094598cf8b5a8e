import { describe, expect, it } from 'vitest';
import { problems, value, yaml } from '../../testing/examples/description.ts';

describe('a description', () => {
  it('may be a yaml block with everything in it', () => {
    const body = yaml(
      'hypothesis: Halving the batch doubles the steps.\nchange: TOTAL_BATCH_SIZE 2**19 -> 2**18\nexpect: -0.004\nbuilds-on: [41, 57]\ndiffers: The schedule is stretched as well.\nagent: nova\ntrack: h100\nbid: 600',
    );
    expect(value(body)).toEqual({
      hypothesis: 'Halving the batch doubles the steps.',
      change: 'TOTAL_BATCH_SIZE 2**19 -> 2**18',
      expect: -0.004,
      buildsOn: [41, 57],
      differs: 'The schedule is stretched as well.',
      agent: 'nova',
      bid: 600,
      tracks: ['h100'],
    });
  });

  it('may ask for several tracks, in their order', () => {
    const asking = (track: string) => value(yaml(`hypothesis: long enough to pass\ntrack: ${track}`)).tracks;
    expect(asking('[h100, cpu]')).toEqual(['h100', 'cpu']);
    expect(asking('cpu')).toEqual(['cpu']);
    const eight = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    expect(asking(`[${eight}]`)).toEqual(eight);
  });

  it('says nothing that its author does not say, in a block or in plain words', () => {
    for (const body of [yaml('hypothesis: long enough to pass'), '## Hypothesis\nlong enough to pass'])
      expect(value(body)).toEqual({
        hypothesis: 'long enough to pass',
        change: null,
        expect: null,
        buildsOn: [],
        differs: null,
        agent: null,
        bid: null,
        tracks: [],
      });
  });

  it('may be a section in plain words, up to the next heading', () => {
    expect(
      value('Hi\r\n\r\n## Hypothesis\r\nSmaller steps\r\nhelp late.\r\n\r\n## Change\r\nlr').hypothesis,
    ).toBe('Smaller steps\nhelp late.');
  });

  it.each([
    ['empty', '', 'no hypothesis'],
    ['words alone', 'I made it faster, trust me', 'no hypothesis'],
    ['a section without words', '## Hypothesis\n\n## Change\nx', 'at least 10'],
    ['an unknown key', yaml('hypothesis: long enough to pass\nhypotesis: x'), 'unknown key `hypotesis`'],
    ['a missing key', yaml('change: x'), '`hypothesis` is missing'],
    ['a wrong type', yaml('hypothesis: long enough to pass\nexpect: much'), '`expect` is "much"'],
    ['a wrong element', yaml('hypothesis: long enough to pass\nbuilds-on: [1, x]'), '`builds-on.1` is "x"'],
    ['a list where a mapping belongs', yaml('- hypothesis'), 'the whole block'],
    ['not YAML', yaml('hypothesis: [unclosed'), 'not YAML, line'],
    ['a key twice', yaml('hypothesis: long enough to pass\nhypothesis: long enough, again'), 'not YAML'],
    ['an alias bomb', yaml('a: &a [x,x,x]\nb: &b [*a,*a]\nhypothesis: *b'), 'not usable YAML'],
    ...['-5', '0', '0.5', '1e309', '.inf', '.nan', '"600"', '1000001', '[600]', '6e2x', '0x10000000'].map(
      (bid): [string, string, string] => [
        `a bid of ${bid}`,
        yaml(`hypothesis: long enough to pass\nbid: ${bid}`),
        'a whole number of credits from 1 to 1000000',
      ],
    ),
    ['a track twice', yaml('hypothesis: long enough to pass\ntrack: [cpu, cpu]'), 'each track once'],
    ['no track in a list', yaml('hypothesis: long enough to pass\ntrack: []'), 'leave the key out'],
    [
      'nine tracks',
      yaml('hypothesis: long enough to pass\ntrack: [a, b, c, d, e, f, g, h, i]'),
      'at most 8 tracks',
    ],
    [
      'a path among tracks',
      yaml('hypothesis: long enough to pass\ntrack: [cpu, ../x]'),
      '`track` is ["cpu","../x"]',
    ],
    ['a path for a track', yaml('hypothesis: long enough to pass\ntrack: ../x'), '`track` is "../x"'],
    ['a number for a track', yaml('hypothesis: long enough to pass\ntrack: [cpu, 3]'), '`track.1` is 3'],
    [
      'a name that pings',
      yaml('hypothesis: long enough to pass\nagent: "@octocat"'),
      '`agent` is "@octocat"',
    ],
  ])('%s is refused with the reason', (_name, body, reason) => {
    expect(problems(body)).toContain(reason);
  });

  it('of 64 KiB is read, a longer one refused without being read', () => {
    const sized = (bytes: number) => 'long enough\n## Hypothesis\nlong enough to pass\n'.padStart(bytes, 'é');
    const letters = 64 * 1024 - Buffer.byteLength(sized(0));
    const [fits, over] = [letters / 2, letters / 2 + 1].map((more) => sized(sized(0).length + more));
    expect(value(fits!).hypothesis).toBe('long enough to pass');
    expect(problems(over!)).toMatch(/is 65 KiB long: at most 64 KiB are/);
    expect(problems(`## Hypothesis\n${'x'.repeat(200_000)}`)).toContain('196 KiB long');
  });

  it('inside an HTML comment says nothing, whether the comment ends or not', () => {
    expect(problems(`<!-- ${yaml('hypothesis: long enough to pass')} -->`)).toContain('no hypothesis');
    expect(problems(`<!-- ## Hypothesis\nlong enough to pass`)).toContain('no hypothesis');
    expect(value(`<!-- the template --> \n## Hypothesis\nlong <!-- sic --> enough to pass`).hypothesis).toBe(
      'long  enough to pass',
    );
  });

  it('made of many openings is read in no time', () => {
    problems('<!--'.repeat(15_000));
    problems('```\n'.repeat(15_000));
  });

  it("cannot pass for the bot's marker", () => {
    expect(value('<!-- descent:verdict -->\n## Hypothesis\nlong enough to pass').hypothesis).toBe(
      'long enough to pass',
    );
  });
});
