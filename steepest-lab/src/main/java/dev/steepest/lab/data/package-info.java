/**
 * Data in memory: labelled images as uint8, their splits, and the randomness that every part of the
 * data path shares.
 *
 * <p>Sub-packages: {@code source} (where data sets come from and how their files are read), {@code
 * fetch} (downloads), {@code augment} (uint8 images to normalised float batches) and {@code batch}
 * (an epoch as a sequence of batches). This package imports none of them.
 */
package dev.steepest.lab.data;
