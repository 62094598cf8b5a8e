/** What a stranger may write as a title, a name or a machine's name. */
export const HOSTILE = [
  '<img src=x onerror="document.title=1">',
  '</script><script>document.title=1</script>',
  '"><svg onload=document.title=1>',
  '</title></svg><script>document.title=1</script>',
  "javascript:document.title='1'",
  '=HYPERLINK("http://example.com","x")',
  '\u202edetrevers\u200b\u2028next\ud800',
  '__proto__',
  'x'.repeat(200),
  '🧑‍🚀 & &lt; <!-- ]]>',
];
