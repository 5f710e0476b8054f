/** Spring Data JPA, for what people administer. */
@NullMarked
package dev.strata.database.entities;

import org.jspecify.annotations.NullMarked;
