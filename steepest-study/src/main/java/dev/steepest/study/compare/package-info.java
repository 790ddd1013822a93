/**
 * Records and a decision rule in, a {@link dev.steepest.study.compare.Verdict} out: which arm is
 * better, by how much, how sure one may be, and what speaks against believing it.
 */
package dev.steepest.study.compare;
