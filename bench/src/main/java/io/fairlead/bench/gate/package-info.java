/**
 * The regression gate: whether the engine does more for an operation than it did when the baseline was written. It judges by
 * what is the same in every run (instructions, calls at the seam, bytes made and copied) and by one ratio within a run, never by
 * time.
 *
 * <pre>
 *   GateCommand ──► RegressionGate ──► Counts ──► CountingLoader ──► workload.* and a core of its own, counted in Tally
 *                        │        ├──► LoopAllocation ─┐
 *                        │        └──► Ratio ──────────┴──► LoopbackLoad ──► Subject: FairleadSubject, PlainForwarder
 *                        └──► Baseline ──► Finding
 * </pre>
 */
package io.fairlead.bench.gate;
