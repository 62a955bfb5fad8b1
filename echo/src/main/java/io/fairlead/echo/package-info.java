/** The echo module. */
package io.fairlead.echo;
