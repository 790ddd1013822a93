/** Retells runs in the formats of other programs while they are made. */
package dev.steepest.study.track;
