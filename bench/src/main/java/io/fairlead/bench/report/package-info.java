/**
 * From run folders of {@code perf-results} to pages and pictures: {@code report} reads what the rigs wrote ({@code Run},
 * {@code Csv}), takes medians of what was compared within a round ({@code RigComparison}, {@link io.fairlead.bench.MedianInterval}), writes
 * each new folder's summary and plots once, and the page over all of them whole. Nothing here measures.
 */
package io.fairlead.bench.report;
