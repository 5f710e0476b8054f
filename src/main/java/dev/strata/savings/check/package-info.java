/** Whether the books are right: they are counted again from the registry's own tables, and files are compared with rows. */
@NullMarked
package dev.strata.savings.check;

import org.jspecify.annotations.NullMarked;
