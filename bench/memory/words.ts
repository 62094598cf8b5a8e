/** What a made-up history tells of, and in which words. */

/** Part of the file, names in it, and what people would say of them. */
export const TOPICS: [string, string[], string[]][] = [
  [
    'batch',
    ['TOTAL_BATCH_SIZE', 'DEVICE_BATCH_SIZE', 'grad_accum_steps'],
    ['step-starved', 'gradient noise', 'more updates'],
  ],
  [
    'optimizer',
    ['MATRIX_LR', 'EMBEDDING_LR', 'muon_momentum', 'beta2'],
    ['muon', 'adam', 'orthogonalise', 'momentum warm-up'],
  ],
  [
    'schedule',
    ['WARMDOWN_RATIO', 'WARMUP_RATIO', 'FINAL_LR_FRAC'],
    ['cosine', 'linear decay', 'longer cooldown', 'plateau'],
  ],
  [
    'attention',
    ['WINDOW_PATTERN', 'HEAD_DIM', 'rope_base', 'qk_norm'],
    ['sliding window', 'rotary', 'short context', 'sharper'],
  ],
  [
    'architecture',
    ['DEPTH', 'ASPECT_RATIO', 'value_embeds', 'x0_lambdas'],
    ['deeper', 'wider', 'residual', 'skip connection'],
  ],
  [
    'activation',
    ['relu_square', 'softcap', 'mlp_ratio'],
    ['squared relu', 'gelu', 'gated', 'saturated logits'],
  ],
  [
    'regularisation',
    ['WEIGHT_DECAY', 'dropout', 'z_loss'],
    ['decay', 'overfit', 'smaller norm', 'stability'],
  ],
  [
    'data',
    ['sequence_length', 'pack_rows', 'shuffle_buffer'],
    ['document order', 'curriculum', 'packing', 'longer rows'],
  ],
  [
    'precision',
    ['dtype', 'compile_mode', 'fp8_head'],
    ['bfloat16', 'compile time', 'fused kernel', 'throughput'],
  ],
];

const SYLLABLES = [
  'ba',
  'de',
  'fi',
  'go',
  'ku',
  'la',
  'me',
  'ni',
  'po',
  'ra',
  'se',
  'ti',
  'vo',
  'wu',
  'xa',
  'ze',
];

/** Words of a made-up language whose frequencies fall off as those of a real one do. */
export function prose(random: () => number, words: number): string {
  return Array.from({ length: words }, () => {
    let rank = Math.floor(20_000 ** random());
    let word = '';
    do {
      word += SYLLABLES[rank % SYLLABLES.length];
      rank = Math.floor(rank / SYLLABLES.length);
    } while (rank > 0);
    return word;
  }).join(' ');
}
