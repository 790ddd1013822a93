/**
 * Looks for good hyper-parameters: proposes what to try next from what was tried, and says which
 * trials are not worth going on with. Pure: the same seed and the same trials give the same answer.
 */
package dev.steepest.study.search;
