import { describe, expect, it } from 'vitest';
import { decodeReply, encodeReply } from '../model/command.ts';
import { parseCommand } from './command.ts';

describe('the grammar of commands', () => {
  it.each([
    ['/help', { name: 'help' }],
    ['/rerun  \r\nthe machine was broken', { name: 'rerun' }],
    ['/cancel', { name: 'cancel' }],
    ['/approve', { name: 'approve' }],
    ['/track h100', { name: 'track', track: 'h100' }],
    ['/sponsor 600', { name: 'sponsor', credits: 600 }],
    ['/sponsor 0', { name: 'sponsor', credits: 0 }],
    ['/insight the warm-up did it', { name: 'insight', text: 'the warm-up did it' }],
    ['/insight\r\ntwo\nlines', { name: 'insight', text: 'two\nlines' }],
    ['/insight a lone\rreturn', { name: 'insight', text: 'a lone\rreturn' }],
    ['/insight a\n/cancel', { name: 'insight', text: 'a\n/cancel' }],
  ])('reads %j', (body, command) => {
    expect(parseCommand(body)).toEqual(command);
  });

  it.each([
    'please /rerun',
    ' /rerun',
    '\n/rerun',
    '> /rerun',
    '`/rerun`',
    '/Rerun',
    '/rerunnow',
    '/lgtm',
    '//rerun',
    '/',
    '',
    '/__proto__',
    '/constructor',
  ])('takes %j for talk', (body) => {
    expect(parseCommand(body)).toBeNull();
  });

  it.each([
    ...['/cancel that other one', '/insight', '/insight   \n ', '/track', '/track ../x', '/track a b'],
    ...['/sponsor', '/sponsor -5', '/sponsor 0.5', '/sponsor 1e309', '/sponsor "600"', '/sponsor 0x10'],
    ...[
      '/sponsor 1000001',
      '/sponsor 600 credits',
      '/sponsor ６００',
      '/sponsor 007',
      '/sponsor +5',
      '/sponsor NaN',
    ],
  ])('says how %j is written', (body) => {
    expect(parseCommand(body)).toMatchObject({ name: 'malformed' });
  });
});

const BLOB = 'b'.repeat(40);

describe('the memory of answers', () => {
  it('comes back as it was written', () => {
    const endings = new Map([
      ['17', 'taken'],
      ['99', 'waits'],
    ] as const);
    const sponsors = [
      { id: 501, login: 'eve', credits: 600, blob: BLOB },
      { id: 7, login: 'a-b_c', credits: 1_000_000, blob: 'c'.repeat(40) },
    ];
    const body = `${encodeReply({ endings, approved: BLOB, tracks: ['small', 'h100'], sponsors })}\n### Commands`;
    expect(decodeReply({ id: 'IC_1', body })).toEqual({
      id: 'IC_1',
      body,
      endings,
      approved: BLOB,
      tracks: ['small', 'h100'],
      sponsors,
    });
  });

  it('is as it was for who never added a track', () => {
    const body = `<!-- descent:commands approved=${BLOB} 17=taken -->`;
    expect(decodeReply({ id: 'IC_1', body })).toMatchObject({ approved: BLOB, tracks: [] });
    expect(
      encodeReply({ endings: new Map([['17', 'taken']]), approved: BLOB, tracks: [], sponsors: [] }),
    ).toBe(body);
  });

  it.each(['tracks=', 'tracks=small,', 'tracks=Small', 'tracks=../x', `tracks=${'x'.repeat(41)}`])(
    'with %s is not ours',
    (tracks) => {
      const body = `<!-- descent:commands approved=${BLOB} ${tracks} 17=taken -->`;
      expect(decodeReply({ id: 'IC_1', body })).toMatchObject({ approved: null, tracks: [] });
    },
  );

  it.each([
    '501/eve/600',
    '501/eve/-1',
    '0/eve/5',
    '501/eve/1.5',
    '501//5',
    '501/eve/1e9',
    '501/eve/2000000',
  ])('with sponsors=%s is not ours', (sponsor) => {
    const given =
      sponsor.split('/').length === 3 && sponsor !== '501/eve/600' ? `${sponsor}/${BLOB}` : sponsor;
    const body = `<!-- descent:commands approved=${BLOB} sponsors=${given} 17=taken -->`;
    expect(decodeReply({ id: 'IC_1', body })).toMatchObject({ approved: null, sponsors: [] });
  });

  it('that is not ours to the letter approves nothing and answers nothing', () => {
    const body = `<!-- descent:commands approved=${BLOB} 17=taken; -->`;
    expect(decodeReply({ id: 'IC_1', body })).toMatchObject({ id: 'IC_1', approved: null });
  });
});
