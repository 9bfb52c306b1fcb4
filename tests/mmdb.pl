#!/usr/bin/perl
# mmdb.pl: tiny databases for the tests of geo, one of each schema.
#
#   mmdb.pl KIND OUT.mmdb      KIND: country city asn flat4 flat6 mixed other
#
# Exit 77 where Perl's MMDB writer (libmaxmind-db-writer-perl) is missing.
use strict;
use warnings;

eval { require MaxMind::DB::Writer::Tree; 1 } or exit 77;

my %records = (
	country => {
		'198.51.100.0/24' => { country => { iso_code => 'US' } },
		'203.0.113.0/26'  => { country => { iso_code => 'CN' } },
		'192.0.2.0/24'    => { country => { iso_code => 'DE' } },
		'2001:db8:1::/48' => { country => { iso_code => 'PT' } },
	},
	city => {
		'198.51.100.0/26' => {
			country  => { iso_code => 'US' },
			city     => { names => { en => 'Nashville' } },
			location => { latitude => 36.16, longitude => -86.78, accuracy_radius => 20 },
		},
		'192.0.2.0/26' => {    # a town, no radius
			country  => { iso_code => 'DE' },
			city     => { names => { en => 'Frankfurt' } },
			location => { latitude => 50.11, longitude => 8.68 },
		},
		'192.0.2.64/26' => {    # neither
			country  => { iso_code => 'DE' },
			location => { latitude => 51.0, longitude => 9.0 },
			traits   => {
				autonomous_system_number       => 64505,
				autonomous_system_organization => 'Example Transit',
			},
		},
		'2001:db8:1::/48' => {
			country  => { iso_code => 'PT' },
			city     => { names => { en => "Lisbon, of a very very long names \x{e9}\x{e9}\x{e9}\x{e9}" } },
			location => { latitude => 38.72, longitude => -9.14, accuracy_radius => 100 },
		},
	},
	asn => {
		'198.51.100.0/24' => {
			autonomous_system_number       => 64496,
			autonomous_system_organization => 'Example Cable',
		},
		'192.0.2.0/24' => { autonomous_system_number => 64504 },
	},
	flat4 => {
		'198.51.100.0/26' => {
			country_code => 'US', city => 'Nashville', flat_latitude => 36.16, flat_longitude => -86.78,
		},
	},
	flat6 => { '2001:db8:1::/48' => { country_code => 'PT' } },
	mixed => {    # right names, wrong types and ranges
		'198.51.100.0/24' => {
			country_code => 'us', city => "two\x{a}lines", flat_latitude => 91, flat_longitude => 0,
			autonomous_system_number => 64496, autonomous_system_organization => '',
		},
		'192.0.2.0/24' => { country_code => 'USA', autonomous_system_number => 64511 },
		'203.0.113.0/24' => { country => 'DE', autonomous_system_number => 0 },
	},
	other => { '198.51.100.0/24' => { weather => 'fine' } },
);
my %types = (country => 'map', names => 'map', location => 'map', traits => 'map', autonomous_system_number => 'uint32',
	latitude => 'double', longitude => 'double', accuracy_radius => 'uint16');
my %names = (country => 'Test-Country', city => 'Test-City', asn => 'Test-ASN', flat4 => 'flat-v4',
	flat6 => 'flat-v6', mixed => 'mixed', other => 'weather');

my ($kind, $out) = @ARGV;
die "usage: mmdb.pl KIND OUT.mmdb\n" if !defined $out || !exists $records{$kind};
$types{city} = $kind eq 'city' ? 'map' : 'utf8_string';
$types{country} = 'utf8_string' if $kind eq 'mixed';
if ($kind eq 'flat4' || $kind eq 'mixed') {
	# ip-location-db keeps its coordinates as floats at the top.
	$types{latitude} = $types{longitude} = 'float';
	for my $record (values %{ $records{$kind} }) {
		for my $key (qw(latitude longitude)) {
			$record->{$key} = delete $record->{"flat_$key"} if exists $record->{"flat_$key"};
		}
	}
}
my $tree = MaxMind::DB::Writer::Tree->new(
	database_type            => $names{$kind},
	description              => { en => 'test' },
	languages                => ['en'],
	ip_version               => $kind eq 'flat4' ? 4 : 6,
	record_size              => 24,
	remove_reserved_networks => 0,
	map_key_type_callback    => sub { $types{ $_[0] } // 'utf8_string' },
);
for my $net (sort keys %{ $records{$kind} }) {
	$tree->insert_network($net, $records{$kind}{$net});
}
# 2025-11-30; of the mixed one, two thousand million years hence
$tree->_set_build_epoch($kind eq 'mixed' ? 60_000_000_000_000_000 : 1764460800);
open my $to, '>:raw', $out or die "$out: $!\n";
$tree->write_tree($to);
close $to or die "$out: $!\n";
