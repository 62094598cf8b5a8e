/** Begins the bot's one comment. Only a comment by the bot itself counts: anybody can write this line. */
export const COMMENT_TAG = '<!-- descent:verdict -->';

/** Begins what follows the verdict in the bot's comment. */
export const BELOW_TAG = '<!-- descent:audits -->';
