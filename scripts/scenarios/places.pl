#!/usr/bin/perl
# places: tiny MMDB files that place the documentation ranges (RFC 5737) as the
# scenarios need them.  GeoIP2 schema, always the same bytes.
#
#   places.pl CITY.mmdb ASN.mmdb
use strict;
use warnings;
use MaxMind::DB::Writer::Tree;

my $epoch = 1780272000; # 2026-06-01, when these places were invented

# network, country, city, latitude, longitude, radius km, AS number, its name
my @places = (
	['198.51.100.0/26', 'US', 'Nashville', 36.16, -86.78, 20, 64496, 'Example Cable'],
	['198.51.100.64/26', 'US', 'Phoenix', 33.45, -112.07, 20, 64497, 'Example Desert Fiber'],
	['198.51.100.128/26', 'US', 'Los Angeles', 34.05, -118.24, 20, 64500, 'Example Hosting West'],
	['198.51.100.192/26', 'US', 'Ashburn', 39.04, -77.49, 50, 64510, 'Example Leased Addresses'],
	['203.0.113.0/26', 'CN', 'Shenyang', 41.80, 123.43, 50, 64501, 'Example Broadband North'],
	['203.0.113.64/26', 'RU', 'Vladivostok', 43.12, 131.89, 50, 64502, 'Example Broadband East'],
	['203.0.113.128/26', 'DE', 'Berlin', 52.52, 13.40, 20, 64503, 'Example DSL'],
	['192.0.2.0/26', 'DE', 'Frankfurt am Main', 50.11, 8.68, 20, 64504, 'Example Hosting Middle'],
	['192.0.2.64/26', 'DE', 'Bonn', 50.73, 7.10, 20, 64505, 'Example Employer'],
	['192.0.2.128/26', 'PT', 'Lisbon', 38.72, -9.14, 50, 64506, 'Example Mobile'],
);

my %types = (
	country => 'map', city => 'map', location => 'map', names => 'map',
	iso_code => 'utf8_string', en => 'utf8_string',
	latitude => 'double', longitude => 'double', accuracy_radius => 'uint16',
	autonomous_system_number => 'uint32', autonomous_system_organization => 'utf8_string',
);

sub tree
{
	my ($type) = @_;
	my $tree = MaxMind::DB::Writer::Tree->new(
		ip_version => 6,
		record_size => 24,
		database_type => $type,
		languages => ['en'],
		description => { en => 'farhand test places' },
		alias_ipv6_to_ipv4 => 0,
		remove_reserved_networks => 0,
		map_key_type_callback => sub { $types{ $_[0] } },
	);
	$tree->_set_build_epoch($epoch);
	return $tree;
}

die "usage: places.pl CITY.mmdb ASN.mmdb\n" unless @ARGV == 2;
my ($city, $asn) = (tree('farhand-test-City'), tree('farhand-test-ASN'));
for (@places) {
	my ($net, $country, $name, $lat, $lon, $radius, $number, $organisation) = @$_;
	$city->insert_network($net, {
		country => { iso_code => $country },
		city => { names => { en => $name } },
		location => { latitude => $lat, longitude => $lon, accuracy_radius => $radius },
	});
	$asn->insert_network($net, {
		autonomous_system_number => $number,
		autonomous_system_organization => $organisation,
	});
}
for ([$city, $ARGV[0]], [$asn, $ARGV[1]]) {
	my ($tree, $path) = @$_;
	open my $out, '>:raw', $path or die "$path: $!\n";
	$tree->write_tree($out);
	close $out or die "$path: $!\n";
}
