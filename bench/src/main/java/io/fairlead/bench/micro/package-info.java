/**
 * JMH benchmarks of single parts of core, each beside what else could have been used there, and of a message's way through all
 * of them ({@link io.fairlead.bench.micro.ForwardingBenchmark}). Each class says what its figures leave out. All take one fork
 * of three seconds of warm-up and five of measuring for each case, so that running all stays bearable: to tell small
 * differences apart, ask for more ({@code -f 3 -i 10}).
 */
package io.fairlead.bench.micro;
