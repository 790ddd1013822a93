/**
 * One file per algorithm. What is here is found, not listed: see {@link dev.steepest.optim.Rules}.
 */
package dev.steepest.optim.rule;
