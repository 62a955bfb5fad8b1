/** The bench module. */
package io.fairlead.bench;
