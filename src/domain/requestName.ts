/** Commands of `<base>/bridge/request/<command>`, in the order of config/requests.md. */
export const REQUEST_NAMES = [
  'health_check',
  'info',
  'streams',
  'alarms',
  'learning',
  'forget',
  'verdict',
  'undo',
  'former',
  'label',
  'history',
  'save',
  'backup',
  'log_level',
  'reload',
  'options',
  'stream_add',
  'stream_remove',
  'stream_rename',
  'states',
  'verify',
  'export',
  'import',
] as const;

export type RequestName = (typeof REQUEST_NAMES)[number];
