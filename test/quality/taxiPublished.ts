// Recomputed from the predictions that numenta/htmresearch keeps of Cui, Ahmad & Hawkins, "Continuous online sequence
// learning with an unsupervised neural network model", Neural Computation 28(11), 2016: MAPE = Σ|e|/Σ|y|, NRMSE = RMSE over
// the standard deviation of the whole series.

/** Model, MAPE, NRMSE. */
export const PUBLISHED_TAXI: readonly (readonly string[])[] = [
  ['kNN, not in the paper', '.0709', '.260'],
  ['HTM', '.0810', '.286'],
  ['LSTM-6000, learned anew each week from the last 6,000 rows', '.0819', '.273'],
  ['LSTM-3000', '.0879', '.297'],
  ['a week ago', '.0880', '.336'],
  ['ESN, looks ahead: learns a target before it forecasts it', '.0957', '.286'],
  ['LSTM-1000', '.0988', '.345'],
  ['TDNN', '.1044', '.329'],
  ['ELM, looks ahead too', '.163', '.477'],
  ['a day ago', '.178', '.626'],
  ['ARIMA', '.280', '.600'],
  ['last value', '.322', '.926'],
];

interface PerturbedWindow {
  readonly title: string;
  /** From the change on; undefined: to the end. */
  readonly rows: number | undefined;
  readonly isToReach: boolean;
}

export const PERTURBED_WINDOWS: readonly PerturbedWindow[] = [
  { title: 'first week', rows: 336, isToReach: false },
  { title: 'two weeks', rows: 672, isToReach: false },
  { title: 'to 15,000', rows: 1848, isToReach: true },
  { title: 'to the end', rows: undefined, isToReach: false },
];

/** Model, MAPE in each window, NRMSE to row 15,000. */
export const PUBLISHED_PERTURBED: readonly (readonly string[])[] = [
  ['a week ago', '.1202', '.0968', '.0656', '.0713', '.209'],
  ['ESN, looks ahead', '.0713', '.0708', '.0747', '.0732', '.260'],
  ['LSTM-5001', '.123', '.114', '.102', '.096', '.295'],
  ['HTM', '.1514', '.1252', '.1050', '.0983', '.347'],
  ['LSTM-3001', '.176', '.139', '.106', '.109', '.307'],
  ['LSTM-6001', '.135', '.129', '.117', '.120', '.343'],
  ['LSTM-1001', '.136', '.144', '.121', '.107', '.356'],
];
