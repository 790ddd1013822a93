/** Makes the trials of a sweep: claims them from a store, trains them, reports what came out. */
package dev.steepest.lab.sweep;
