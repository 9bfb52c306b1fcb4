/*
 * names: the words for our enumerations, as they stand in output.  Static texts;
 * a value out of range gives "unknown".
 */
#ifndef FARHAND_NAMES_H
#define FARHAND_NAMES_H

#include "farhand/alert.h"

const char *action_name(enum alert_action a);
const char *band_name(enum band b);
const char *by_name(enum by b);
const char *family_name(enum family f);
const char *group_name(enum group g);
const char *host_by_name(enum host_by h);
const char *level_name(enum level l);
const char *network_kind_name(enum network_kind k);
const char *obs_kind_name(enum obs_kind k);
const char *opened_by_name(enum opened_by o);
const char *product_kind_name(enum product_kind k);
const char *role_name(enum role r);
const char *sureness_name(enum sureness s);
const char *tunnel_name(enum tunnel t);
const char *transport_name(uint8_t proto); /* IANA keyword, lower case; NULL if not named here */

#endif
