/** Measures what optimizers cost, as ratios within one run. */
package dev.steepest.lab.bench;
