/*
 * shown: by which facts of a flow its server may show itself to be a device.
 *
 * The desk looks for them; a lane must not keep one back.
 */
#ifndef FARHAND_SHOWN_H
#define FARHAND_SHOWN_H

#include "farhand/obs.h"

static const enum obs_kind shown_kinds[] = { OBS_CERT_SUBJECT, OBS_CERT_ORG, OBS_CERT_ISSUER,
	OBS_HTTP_TITLE };

enum { SHOWN_KINDS = sizeof(shown_kinds) / sizeof(shown_kinds[0]) };

#endif
