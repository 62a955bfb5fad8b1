/**
 * Benchmarks with JMH and rigs that make load. {@code java -jar bench/target/benchmarks.jar} runs the headline set of the
 * benchmarks in a few minutes, {@code all} every one of them, {@code --help} tells the rest. Each of them checks what came
 * back, so that nothing is measured that does not work: one that throws fails the run. Beside the time of an operation stand
 * the bytes it allocated ({@code gc.alloc.rate.norm}), which for the engine's own paths are none.
 *
 * <p>Single parts are in {@link io.fairlead.bench.micro}, what other balancers do to choose a backend in {@link
 * io.fairlead.bench.hash}, the rigs in {@code io.fairlead.bench.load}.
 */
package io.fairlead.bench;
