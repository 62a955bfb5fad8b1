/**
 * Benchmarks with JMH and rigs that make load. {@code java -jar bench/target/benchmarks.jar} runs the headline set of the
 * benchmarks in a few minutes, {@code all} every one of them, {@code --help} tells the rest. Each of them checks what came
 * back, so that nothing is measured that does not work: one that throws fails the run. Beside the time of an operation stand
 * the bytes it allocated ({@code gc.alloc.rate.norm}), which for the engine's own paths are none.
 *
 * <p>Start with {@link io.fairlead.bench.BenchmarksMain} for JMH: single parts are in {@link io.fairlead.bench.micro}, what
 * other balancers do to choose a backend in {@link io.fairlead.bench.hash}, a whole balancer in {@link
 * io.fairlead.bench.system}. Or with {@link io.fairlead.bench.load.LoadMain} for {@code fairlead-bench.jar}: load rigs, whole
 * processes beside each other in {@link io.fairlead.bench.compare}, counts that must not grow in {@link
 * io.fairlead.bench.gate}, pages and pictures in {@link io.fairlead.bench.report}. What is
 * tried out and not part of the product is in {@link io.fairlead.bench.experiment}.
 */
package io.fairlead.bench;
