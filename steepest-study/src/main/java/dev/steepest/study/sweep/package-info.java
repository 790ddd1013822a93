/** A sweep as its file describes it, and its trials in a store that many processes share. */
package dev.steepest.study.sweep;
