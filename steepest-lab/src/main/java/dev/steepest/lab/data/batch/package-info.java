/** An epoch as a sequence of batches: order, gathering, augmentation, prefetch. */
package dev.steepest.lab.data.batch;
