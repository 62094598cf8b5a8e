import { expect, it } from 'vitest';
import { merkleTree } from './merkle.ts';

/** Roots that @openzeppelin/merkle-tree 1.0.8 computes of the same values; the first is the one of its documentation. */
it('has the roots of OpenZeppelin’s StandardMerkleTree', () => {
  const address = (digit: string) => `0x${digit.repeat(40).padStart(64, '0')}`;
  const documented = [
    [address('1'), '5000000000000000000'],
    [address('2'), '2500000000000000000'],
  ];
  expect(merkleTree(documented, ['address', 'uint256']).tree[0]).toBe(
    '0xd4dee0beab2d53f2cc83e567171bd2820e49898130a22622b10ead383e90bd77',
  );
  const five = [1, 2, 3, 4, 5].map((i) => [String(i), `0x${String(i).repeat(64)}`]);
  const tree = merkleTree(five, ['uint256', 'bytes32']);
  expect(tree.tree[0]).toBe('0x3345a701192ef133efaa7b1738c847e41b846395db9ce1ef875a1d0f5079be2e');
  expect(tree.values.map(({ treeIndex }) => treeIndex)).toEqual([5, 7, 4, 6, 8]);
  expect(merkleTree(five.slice(0, 1), ['uint256', 'bytes32']).tree).toEqual([
    '0x6254fdeb4f31de566efa098cd0c47f250a346dbe2381274a62964038e30d6f02',
  ]);
});
