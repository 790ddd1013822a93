/**
 * Wrappers around any rule, one file each. Configuration puts them around each other by {@link
 * dev.steepest.optim.Wrapper.Place}, outermost first: average, slow weights, point, bound,
 * projection, penalty, decay.
 */
package dev.steepest.optim.wrap;
