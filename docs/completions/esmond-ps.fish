# Completes the command lines of esmond-ps in fish. To have it in every shell:
#   esmond-ps completions fish > ~/.config/fish/conf.d/esmond-ps.fish

set -l of_event_type failures histogram-owdelay histogram-rtt histogram-ttl histogram-ttl-reverse ntp-delay ntp-dispersion ntp-jitter ntp-offset ntp-polling-interval ntp-reach ntp-stratum ntp-wander packet-duplicates packet-duplicates-bidir packet-loss-rate packet-loss-rate-bidir packet-trace packet-count-lost packet-count-lost-bidir packet-count-sent packet-reorders packet-reorders-bidir packet-retransmits packet-retransmits-subintervals path-mtu streams-packet-retransmits streams-packet-retransmits-subintervals streams-throughput streams-throughput-subintervals throughput throughput-subintervals time-error-estimates iostat mpstat packet-rtt packet-rtt-subintervals packet-trace-multi pscheduler-raw pscheduler-run-href rusage streams-packet-rtt streams-packet-rtt-subintervals streams-tcp-windowsize streams-tcp-windowsize-subintervals streams-tcpinfo tcp-windowsize tcp-windowsize-subintervals tcpinfo
set -l of_summary_type aggregation average statistics
set -l of_output_format human json csv ndjson
set -l of_output_format2 human json csv ndjson parquet
set -l of_output_format3 json csv ndjson parquet
set -l of_partition day month
set -l of_summary histogram-owdelay:aggregation: histogram-owdelay:statistics: histogram-rtt:aggregation: histogram-rtt:statistics: histogram-ttl:aggregation: histogram-ttl:statistics: histogram-ttl-reverse:aggregation: histogram-ttl-reverse:statistics: ntp-delay:aggregation: ntp-delay:average: ntp-dispersion:aggregation: ntp-dispersion:average: ntp-jitter:aggregation: ntp-jitter:average: ntp-offset:aggregation: ntp-offset:average: ntp-polling-interval:aggregation: ntp-polling-interval:average: ntp-reach:aggregation: ntp-reach:average: ntp-stratum:aggregation: ntp-stratum:average: ntp-wander:aggregation: ntp-wander:average: packet-duplicates:aggregation: packet-duplicates:average: packet-duplicates-bidir:aggregation: packet-duplicates-bidir:average: packet-loss-rate:aggregation: packet-loss-rate-bidir:aggregation: packet-count-lost:aggregation: packet-count-lost:average: packet-count-lost-bidir:aggregation: packet-count-lost-bidir:average: packet-count-sent:aggregation: packet-count-sent:average: packet-reorders:aggregation: packet-reorders:average: packet-reorders-bidir:aggregation: packet-reorders-bidir:average: packet-retransmits:aggregation: packet-retransmits:average: path-mtu:aggregation: path-mtu:average: throughput:aggregation: throughput:average: time-error-estimates:aggregation: time-error-estimates:average: packet-rtt:aggregation: packet-rtt:average: tcp-windowsize:aggregation: tcp-windowsize:average:
set -l of_subject_type point-to-point network-element
set -l of_input_format json ndjson csv
set -l of_dialect esmond elmond
set -l of_completions_word bash zsh fish powershell

# The command at hand, whether it is a word or in the name of the program, and what follows it.
function __esmond_ps_words
    set -l words (commandline -opc)
    set words[1] (string replace -r '^(.*/)?esmond-ps-?' '' -- $words[1])
    test -n "$words[1]"
    or set -e words[1]
    printf '%s\n' $words
end

function __esmond_ps_is
    set -l words (__esmond_ps_words)
    contains -- "$words[1]" $argv
end

# Whether the command is one of these, and has no word yet.
function __esmond_ps_awaits_word
    set -l words (__esmond_ps_words)
    contains -- "$words[1]" $argv
    and not string match -qv -- '-*' $words[2..-1]
end

function __esmond_ps_complete
    complete -c esmond-ps -n "$argv[1] $argv[2]" $argv[3..-1]
    for command in (string match -v -- "''" (string split ' ' -- $argv[2]))
        complete -c esmond-ps-$command -n "$argv[1] $argv[2]" $argv[3..-1]
    end
end

function __esmond_ps_for
    __esmond_ps_complete __esmond_ps_is $argv
end

function __esmond_ps_for_first_word
    __esmond_ps_complete __esmond_ps_awaits_word $argv
end

for program in esmond-ps esmond-ps-get-endpoints esmond-ps-get-metadata esmond-ps-get esmond-ps-get-bulk esmond-ps-post-metadata esmond-ps-post esmond-ps-serve esmond-ps-trust esmond-ps-install-links esmond-ps-completions
    complete -c $program -f
end
__esmond_ps_for_first_word "''" -a get-endpoints -d 'list which hosts are tested, and how'
__esmond_ps_for_first_word "''" -a get-metadata -d 'list tests with their parameters'
__esmond_ps_for_first_word "''" -a get -d 'print the data of one event type'
__esmond_ps_for_first_word "''" -a get-bulk -d 'write all matching data to files'
__esmond_ps_for_first_word "''" -a post-metadata -d 'describe a test to an archive, print its key'
__esmond_ps_for_first_word "''" -a post -d 'write data points to an archive'
__esmond_ps_for_first_word "''" -a serve -d 'run an archive on this machine'
__esmond_ps_for_first_word "''" -a trust -d 'show the certificate of an archive'
__esmond_ps_for_first_word "''" -a install-links -d 'create the names of the Python programs'
__esmond_ps_for_first_word "''" -a completions -d 'print a completion script for a shell'
__esmond_ps_for_first_word "''" -a help -d 'show the help of a command or a topic'
__esmond_ps_for_first_word "help" -a get-endpoints -d 'list which hosts are tested, and how'
__esmond_ps_for_first_word "help" -a get-metadata -d 'list tests with their parameters'
__esmond_ps_for_first_word "help" -a get -d 'print the data of one event type'
__esmond_ps_for_first_word "help" -a get-bulk -d 'write all matching data to files'
__esmond_ps_for_first_word "help" -a post-metadata -d 'describe a test to an archive, print its key'
__esmond_ps_for_first_word "help" -a post -d 'write data points to an archive'
__esmond_ps_for_first_word "help" -a serve -d 'run an archive on this machine'
__esmond_ps_for_first_word "help" -a trust -d 'show the certificate of an archive'
__esmond_ps_for_first_word "help" -a install-links -d 'create the names of the Python programs'
__esmond_ps_for_first_word "help" -a completions -d 'print a completion script for a shell'
__esmond_ps_for_first_word "help" -a exit-codes -d 'what the exit codes mean'
__esmond_ps_for_first_word "help" -a formats -d 'the formats of output and input'
__esmond_ps_for_first_word "help" -a time -d 'how to write times and time zones'
__esmond_ps_for_first_word "help" -a environment -d 'the environment variables that are read'
__esmond_ps_for "post-metadata" -F
__esmond_ps_for "post" -F
__esmond_ps_for "install-links" -f -a '(__fish_complete_directories)'
__esmond_ps_for_first_word "completions" -f -a "$of_completions_word"

__esmond_ps_for "''" -l help -s h -d 'Show this help, or that of a command, and exit'
__esmond_ps_for "'' get-endpoints get-metadata get get-bulk post-metadata post serve trust install-links completions" -l version -s V -d 'Show the version and exit'
__esmond_ps_for "'' get-endpoints get-metadata get get-bulk" -l list-events -s L -d 'List the event types and exit'
__esmond_ps_for "get-endpoints get-metadata get get-bulk post-metadata post serve trust install-links completions" -l help -s h -d 'Show this help and exit'
__esmond_ps_for "get-endpoints get-metadata get get-bulk post-metadata post trust" -l url -s u -r -f -d 'Address of the archive, as scheme://host:port'
__esmond_ps_for "get-endpoints get-metadata get get-bulk post-metadata" -l src -s s -r -f -d 'Source of the test: an address or a host name'
__esmond_ps_for "get-endpoints get-metadata get get-bulk post-metadata" -l dest -s d -r -f -d 'Destination of the test'
__esmond_ps_for "get-endpoints get-metadata get get-bulk post-metadata" -l agent -s a -r -f -d 'Host that started the test; useful for central archives'
__esmond_ps_for "get-endpoints get-metadata get get-bulk" -l event-type -s e -r -f -a "$of_event_type" -d 'Event type, such as throughput or packet-loss-rate; -L lists them'
__esmond_ps_for "get-endpoints get-metadata get get-bulk post-metadata" -l tool -s t -r -f -d 'Tool that ran the test, such as bwctl/iperf3, powstream or "bwctl/tracepath,traceroute"'
__esmond_ps_for "get-endpoints get-metadata get get-bulk" -l start-time -s S -r -f -d 'Start of the window: a date, a date and time (UTC unless it has an offset), or -24h'
__esmond_ps_for "get-endpoints get-metadata get get-bulk" -l end-time -s E -r -f -d 'End of the window, inclusive'
__esmond_ps_for "get-endpoints get-metadata get get-bulk" -l tz -r -f -d 'Time zone of times without one: UTC, local, or a name such as Europe/Berlin'
__esmond_ps_for "get-endpoints get-metadata get get-bulk" -l filter -s F -r -f -d 'Additional filter, such as ip-transport-protocol:tcp or dns-match-rule:only-v6; may be repeated'
__esmond_ps_for "get-endpoints get-metadata get get-bulk" -l metadata-extended -s M -d 'With get-metadata, show all parameters of a test; not with csv'
__esmond_ps_for "get-endpoints get-metadata get get-bulk" -l summary-type -s T -r -f -a "$of_summary_type" -d 'Read roll-ups instead of base data: aggregation, average or statistics'
__esmond_ps_for "get-endpoints get-metadata get get-bulk" -l summary-window -s W -r -f -d 'Window of the roll-ups, in seconds'
__esmond_ps_for "get-endpoints get-metadata" -l output-format -s o -r -f -a "$of_output_format" -d 'human, json (a list), csv, or ndjson (one JSON object per line); get also writes parquet'
__esmond_ps_for "get-endpoints get-metadata get get-bulk" -l escape-formulas -d 'With csv, put a \' before text that a spreadsheet would take for a formula: text that is not a number and begins with =, +, -, @, a tab or a line end'
__esmond_ps_for "get-endpoints get-metadata get get-bulk" -l ip -s I -d 'Show addresses instead of host names'
__esmond_ps_for "get-endpoints get-metadata get get-bulk" -l hosts -r -F -d 'Names and addresses in the format of /etc/hosts, looked up before DNS, both ways'
__esmond_ps_for "get-endpoints get-metadata get get-bulk post-metadata post serve" -l verbose -s v -d 'Report every request on stderr'
__esmond_ps_for "get-endpoints get-metadata get get-bulk" -l ssl-verify -d 'Accepted for old scripts; certificates are always verified'
__esmond_ps_for "get-endpoints get-metadata get get-bulk post-metadata post trust" -l cacert -r -F -d 'Certificates of authorities to trust besides those that Deno knows: a PEM file, or a directory of PEM files'
__esmond_ps_for "get-endpoints get-metadata get get-bulk post-metadata post" -l pin -r -f -d 'Accept only the certificate or key with this SHA-256, even if it is self-signed, expired or for another name: sha256/BASE64 or hexadecimal digits, as esmond-ps trust URL shows it; may be repeated'
__esmond_ps_for "get-endpoints get-metadata get get-bulk post-metadata post trust" -l client-cert -r -F -d 'Certificate to show to the archive, in PEM'
__esmond_ps_for "get-endpoints get-metadata get get-bulk post-metadata post trust" -l client-key -r -F -d 'Key of --client-cert, in PEM, unless that file holds it'
__esmond_ps_for "get-endpoints get-metadata get get-bulk post-metadata post" -l insecure -d 'Accept any certificate: anyone on the way can read and change everything'
__esmond_ps_for "get-endpoints get-metadata get get-bulk post-metadata post trust" -l proxy -r -f -d 'Proxy to use: http://[USER:PASSWORD@]HOST:PORT, or https, socks5, socks5h'
__esmond_ps_for "get-endpoints get-metadata get get-bulk post-metadata post trust" -l timeout -r -f -d 'Give up when the archive sends nothing for this long; 0 for never'
__esmond_ps_for "get-endpoints get-metadata get get-bulk post-metadata post" -l retry -r -f -d 'How often to retry what may succeed later, with growing pauses'
__esmond_ps_for "get-endpoints get-metadata get get-bulk post-metadata post" -l max-response -r -f -d 'Largest response to accept, decompressed: bytes, or a number with K, M or G'
__esmond_ps_for "get get-bulk" -l output-tz -r -f -d 'Time zone of printed timestamps, which then show their offset; not for parquet'
__esmond_ps_for "get" -l output-format -s o -r -f -a "$of_output_format2" -d 'human, json (a list), csv, or ndjson (one JSON object per line); get also writes parquet'
__esmond_ps_for "get get-bulk" -l gzip -d 'Compress json, csv or ndjson; get-bulk adds .gz to the file names'
__esmond_ps_for "get get-bulk" -l concurrency -r -f -d 'Number of requests at a time'
__esmond_ps_for "get get-bulk" -l page-size -r -f -d 'Data points per request'
__esmond_ps_for "get-bulk" -l output-format -s o -r -f -a "$of_output_format3" -d 'json (a list), csv, ndjson (one JSON object per line) or parquet'
__esmond_ps_for "get-bulk" -l output-directory -s D -r -f -a '(__fish_complete_directories)' -d 'Directory to write to'
__esmond_ps_for "get-bulk" -l resume -d 'Continue an export that was interrupted, keeping what is complete'
__esmond_ps_for "get-bulk" -l sync -d 'Add what is new since the last run with --sync; file names then have no days'
__esmond_ps_for "get-bulk" -l overlap -r -f -d 'With --sync, how far before the end of the last run to read again, for data that arrived late'
__esmond_ps_for "get-bulk" -l partition -r -f -a "$of_partition" -d 'With parquet, write a file per day or month, in folders as query engines expect them'
__esmond_ps_for "get-bulk" -l quiet -s q -d 'Show no progress, and no report when all went well'
__esmond_ps_for "post-metadata" -l event-type -s e -r -f -a "$of_event_type" -d 'Event type that the test measures; may be repeated'
__esmond_ps_for "post-metadata" -l summary -r -f -a "$of_summary" -d 'Roll-ups that the archive should keep, such as packet-loss-rate:aggregation:300,3600; may be repeated'
__esmond_ps_for "post-metadata" -l subject-type -r -f -a "$of_subject_type" -d 'point-to-point, or network-element for tests without a destination'
__esmond_ps_for "post-metadata" -l input-source -r -f -d 'Source as it was given to the test'
__esmond_ps_for "post-metadata" -l input-destination -r -f -d 'Destination as it was given to the test'
__esmond_ps_for "post-metadata" -l param -r -f -d 'Additional parameter of the test, such as ip-transport-protocol:tcp; may be repeated'
__esmond_ps_for "post-metadata post" -l script-alias -r -f -d 'Path of the archive on its web server'
__esmond_ps_for "post-metadata post" -l key-file -r -F -d 'File with the API key'
__esmond_ps_for "post-metadata post" -l key -r -f -d 'The API key itself, visible to every user of this machine'
__esmond_ps_for "post" -l metadata-key -s k -r -f -d 'Key of the test, as post-metadata prints it'
__esmond_ps_for "post" -l event-type -s e -r -f -a "$of_event_type" -d 'Event type of points that do not name their own'
__esmond_ps_for "post" -l input-format -r -f -a "$of_input_format" -d 'json, ndjson or csv'
__esmond_ps_for "serve" -l db -r -F -d 'Database file, created if it does not exist; :memory: keeps nothing'
__esmond_ps_for "serve" -l port -r -f -d 'Port to listen on; 0 for a free one'
__esmond_ps_for "serve" -l host -r -f -d 'Address to listen on; the default is reachable from this machine only'
__esmond_ps_for "serve" -l token -r -f -d 'API key that may write, visible to every user of this machine; may be repeated'
__esmond_ps_for "serve" -l token-file -r -F -d 'File of API keys that may write, one per line, with # for comments'
__esmond_ps_for "serve" -l open-writes -d 'Let everyone on this machine write without a key; --host must be a loopback address'
__esmond_ps_for "serve" -l sample -r -f -d 'Start with made-up measurements of this many days up to now'
__esmond_ps_for "serve" -l dialect -r -f -a "$of_dialect" -d 'Server to answer as: esmond, or elmond, which is read-only'
__esmond_ps_for "serve" -l page-size -r -f -d 'Entries per page where a request sets no limit'
__esmond_ps_for "serve" -l live -d 'With --dialect elmond: results arrive between requests, as in an archive at work'
__esmond_ps_for "serve" -l check -d 'Check the file of --db before the first request'
__esmond_ps_for "serve" -l allow-origin -r -f -d 'Let web pages of this origin read the archive; * lets all'
__esmond_ps_for "serve" -l server-name -r -f -d 'Also answer to this Host on a loopback address, as a web server in front may send it'
__esmond_ps_for "install-links" -l force -d 'Replace existing files with these names'

functions -e __esmond_ps_for __esmond_ps_for_first_word __esmond_ps_complete
