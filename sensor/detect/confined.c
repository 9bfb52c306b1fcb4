/*
 * confined: see confined.h.
 */
#include "detect/confined.h"

#include <math.h>

#define PI         3.14159265358979323846
#define WALLS      .81      /* 8 / pi^2: what a start at a random place of the walls has left */
#define VARIES     4        /* times M */
#define WINDOW_MAX 0xffffff /* in or out of one window: no more is believed */

void
confined_start(struct confined *c, uint32_t most)
{
	*c = (struct confined){ .most = most };
}

/* Move d by so many steps' sum; false where it left its bounds and starts anew. */
static bool
move(struct confined *c, int32_t by)
{
	c->d += by;
	c->low = c->d < c->low ? c->d : c->low;
	c->high = c->d > c->high ? c->d : c->high;
	if ((uint32_t)(c->high - c->low) <= c->most)
		return true;
	*c = (struct confined){ .most = c->most, .restarts = c->restarts + 1 };
	return false;
}

void
confined_step(struct confined *c, int step)
{
	if (move(c, step > 0 ? 1 : -1) && c->passed < UINT32_MAX)
		c->passed++;
}

void
confined_window(struct confined *c, uint32_t in, uint32_t out)
{
	const uint32_t came = in < WINDOW_MAX ? in : WINDOW_MAX;
	const uint32_t left = out < WINDOW_MAX ? out : WINDOW_MAX;
	const uint32_t steps = came + left;
	double q;

	if (!move(c, (int32_t)came - (int32_t)left))
		return;
	c->passed = c->passed < UINT32_MAX - steps ? c->passed + steps : UINT32_MAX;
	c->least = c->greatest == 0 || steps < c->least ? steps : c->least;
	c->greatest = steps > c->greatest ? steps : c->greatest;
	q = (c->most / 2 + 1) / sqrt(PI * ((steps + 1) / 2 + .25));
	if (q < 1)
		c->ln_window += log(q);
}

static double
with_starts(const struct confined *c, double first, double kept)
{
	const double ln = log(first * (c->most + 1.0)) + kept + log(c->restarts + 1.0);

	return ln < 0 ? ln : 0;
}

bool
confined_varies(const struct confined *c)
{
	return c->greatest - c->least > VARIES * c->most;
}

double
confined_ln_by_steps(const struct confined *c)
{
	return with_starts(c, WALLS, c->passed * log(cos(PI / (c->most + 2))));
}

double
confined_ln_by_windows(const struct confined *c)
{
	return with_starts(c, 1, c->ln_window);
}
