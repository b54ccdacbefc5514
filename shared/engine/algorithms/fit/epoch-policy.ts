/** The epochs of a trial of an iterative fit. The trial chooses the model's `train_epochs`. */
export interface EpochPolicy {
  /** Most epochs of a fit that still improves. */
  readonly most: number;
  /** Measured epochs in a row, none of them better than the best, that end the fit. */
  readonly patience: (isDear: boolean) => number;
  /**
   * Whether the model is measured on validation after an epoch, counted from 1.
   * @param isDear Whether measuring takes longer than an epoch.
   */
  readonly isMeasuredAfter: (epoch: number, isDear: boolean) => boolean;
  /** Whether a study may stop a trial that is behind others at the same epoch. */
  readonly isPruned: boolean;
}
