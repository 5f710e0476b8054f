/** Images and the repositories that they are in: what a name means, what is there, what is brought and stored. */
@NullMarked
package dev.strata.agent.images;

import org.jspecify.annotations.NullMarked;
