/**
 * Retells runs in the formats of other programs: TensorBoard event files, W&B offline runs, an
 * MLflow server. The record stays the source: what a tracker missed is told from it later.
 */
package dev.steepest.study.track;
