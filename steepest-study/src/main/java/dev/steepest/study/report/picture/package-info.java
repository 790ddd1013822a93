/**
 * The pictures of runs: read from their folders, laid out as sheets, and packed for the page. Knows
 * records, and nothing of the report that shows them.
 */
package dev.steepest.study.report.picture;
