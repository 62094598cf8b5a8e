/** The card that is lent, as nvidia-smi names it: the first that CUDA's own variable shows to programs. */
export function cardOf(env: NodeJS.ProcessEnv): string {
  const [first = ''] = (env.CUDA_VISIBLE_DEVICES ?? '').split(',');
  return /^(\d{1,3}|GPU-[0-9a-fA-F-]+)$/.test(first.trim()) ? first.trim() : '0';
}
