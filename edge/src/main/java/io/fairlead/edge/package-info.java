/** The edge module. */
package io.fairlead.edge;
