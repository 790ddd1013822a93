/**
 * Measures what training costs, as ratios within one run: its optimizers, its loop, its network.
 */
package dev.steepest.lab.bench;
