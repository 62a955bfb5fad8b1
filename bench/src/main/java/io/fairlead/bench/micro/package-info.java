/** JMH benchmarks of single parts of core, each beside what else could have been used there. */
package io.fairlead.bench.micro;
