/** From uint8 images to the normalised float batches that a network is fed. */
package dev.steepest.lab.data.augment;
