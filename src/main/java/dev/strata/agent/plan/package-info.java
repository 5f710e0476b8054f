/** What a Dockerfile comes to: the stages that are needed, their steps, and the image after each of them. */
@NullMarked
package dev.strata.agent.plan;

import org.jspecify.annotations.NullMarked;
