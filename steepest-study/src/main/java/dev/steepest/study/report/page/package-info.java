/**
 * What the report's page shows, as text and positions ready to be placed; its templates lie in
 * {@code src/main/jte}.
 */
package dev.steepest.study.report.page;
