import { VERDICTS } from '../../results/schema.ts';

/** Begins the bot's one comment. Only a comment by the bot itself counts: anybody can write this line. */
export const COMMENT_TAG = '<!-- descent:verdict -->';

/** Labels of a request: the verdicts, and what else the bot says about one. */
export const LABELS = [...VERDICTS, 'needs-work', 'needs-approval', 'ready'] as const;
/** Labels of issues, which the issue forms set. */
export const ISSUE_LABELS = ['idea', 'insight', 'appeal', 'machine'] as const;
export const ALARM_LABEL = 'descent-stopped';
/** Of a request whose comment GitHub refused, for instance since the conversation is locked: it is tried again. */
export const UNSAID_LABEL = 'comment-refused';
/** Of the issue that says that a worse file was merged by hand. */
export const NOT_BEST_LABEL = 'main-not-best';
/** Of issues about machines; nobody but the bot sets it, so that nobody can open one in its stead. */
export const MACHINE_LABEL = 'machine-blocked';
/** Of the one issue where people confirm that they take part; only maintainers and the bot can set it. */
export const JOINING_LABEL = 'taking-part';
