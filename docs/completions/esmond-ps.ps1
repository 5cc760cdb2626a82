# Completes the command lines of esmond-ps in PowerShell. To have it in every shell, add this line to the file $PROFILE:
#   esmond-ps completions powershell | Out-String | Invoke-Expression

Register-ArgumentCompleter -Native -CommandName @('esmond-ps', 'esmond-ps-get-endpoints', 'esmond-ps-get-metadata', 'esmond-ps-get', 'esmond-ps-get-bulk', 'esmond-ps-post-metadata', 'esmond-ps-post', 'esmond-ps-serve', 'esmond-ps-trust', 'esmond-ps-install-links', 'esmond-ps-completions') -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $lists = @{
        'command' = @('get-endpoints', 'get-metadata', 'get', 'get-bulk', 'post-metadata', 'post', 'serve', 'trust', 'install-links', 'completions', 'help')
        'topic' = @('get-endpoints', 'get-metadata', 'get', 'get-bulk', 'post-metadata', 'post', 'serve', 'trust', 'install-links', 'completions', 'exit-codes', 'formats', 'time', 'environment')
        'event_type' = @('failures', 'histogram-owdelay', 'histogram-rtt', 'histogram-ttl', 'histogram-ttl-reverse', 'ntp-delay', 'ntp-dispersion', 'ntp-jitter', 'ntp-offset', 'ntp-polling-interval', 'ntp-reach', 'ntp-stratum', 'ntp-wander', 'packet-duplicates', 'packet-duplicates-bidir', 'packet-loss-rate', 'packet-loss-rate-bidir', 'packet-trace', 'packet-count-lost', 'packet-count-lost-bidir', 'packet-count-sent', 'packet-reorders', 'packet-reorders-bidir', 'packet-retransmits', 'packet-retransmits-subintervals', 'path-mtu', 'streams-packet-retransmits', 'streams-packet-retransmits-subintervals', 'streams-throughput', 'streams-throughput-subintervals', 'throughput', 'throughput-subintervals', 'time-error-estimates', 'iostat', 'mpstat', 'packet-rtt', 'packet-rtt-subintervals', 'packet-trace-multi', 'pscheduler-raw', 'pscheduler-run-href', 'rusage', 'streams-packet-rtt', 'streams-packet-rtt-subintervals', 'streams-tcp-windowsize', 'streams-tcp-windowsize-subintervals', 'streams-tcpinfo', 'tcp-windowsize', 'tcp-windowsize-subintervals', 'tcpinfo')
        'summary_type' = @('aggregation', 'average', 'statistics')
        'output_format' = @('human', 'json', 'csv', 'ndjson')
        'output_format2' = @('human', 'json', 'csv', 'ndjson', 'parquet')
        'output_format3' = @('json', 'csv', 'ndjson', 'parquet')
        'partition' = @('day', 'month')
        'summary' = @('histogram-owdelay:aggregation:', 'histogram-owdelay:statistics:', 'histogram-rtt:aggregation:', 'histogram-rtt:statistics:', 'histogram-ttl:aggregation:', 'histogram-ttl:statistics:', 'histogram-ttl-reverse:aggregation:', 'histogram-ttl-reverse:statistics:', 'ntp-delay:aggregation:', 'ntp-delay:average:', 'ntp-dispersion:aggregation:', 'ntp-dispersion:average:', 'ntp-jitter:aggregation:', 'ntp-jitter:average:', 'ntp-offset:aggregation:', 'ntp-offset:average:', 'ntp-polling-interval:aggregation:', 'ntp-polling-interval:average:', 'ntp-reach:aggregation:', 'ntp-reach:average:', 'ntp-stratum:aggregation:', 'ntp-stratum:average:', 'ntp-wander:aggregation:', 'ntp-wander:average:', 'packet-duplicates:aggregation:', 'packet-duplicates:average:', 'packet-duplicates-bidir:aggregation:', 'packet-duplicates-bidir:average:', 'packet-loss-rate:aggregation:', 'packet-loss-rate-bidir:aggregation:', 'packet-count-lost:aggregation:', 'packet-count-lost:average:', 'packet-count-lost-bidir:aggregation:', 'packet-count-lost-bidir:average:', 'packet-count-sent:aggregation:', 'packet-count-sent:average:', 'packet-reorders:aggregation:', 'packet-reorders:average:', 'packet-reorders-bidir:aggregation:', 'packet-reorders-bidir:average:', 'packet-retransmits:aggregation:', 'packet-retransmits:average:', 'path-mtu:aggregation:', 'path-mtu:average:', 'throughput:aggregation:', 'throughput:average:', 'time-error-estimates:aggregation:', 'time-error-estimates:average:', 'packet-rtt:aggregation:', 'packet-rtt:average:', 'tcp-windowsize:aggregation:', 'tcp-windowsize:average:')
        'subject_type' = @('point-to-point', 'network-element')
        'input_format' = @('json', 'ndjson', 'csv')
        'dialect' = @('esmond', 'elmond')
        'completions_word' = @('bash', 'zsh', 'fish', 'powershell')
    }
    # By command: what its word can be, and its options with what their values can be.
    $words = @{
        '' = 'command'
        'help' = 'topic'
        'get-endpoints' = 'nothing'
        'get-metadata' = 'nothing'
        'get' = 'nothing'
        'get-bulk' = 'nothing'
        'post-metadata' = 'file'
        'post' = 'file'
        'serve' = 'nothing'
        'trust' = 'nothing'
        'install-links' = 'directory'
        'completions' = 'completions_word'
    }
    $options = @{
        '' = @(
            @{ Names = @('--help', '-h'); Takes = ''; Summary = 'Show this help, or that of a command, and exit' }
            @{ Names = @('--version', '-V'); Takes = ''; Summary = 'Show the version and exit' }
            @{ Names = @('--list-events', '-L'); Takes = ''; Summary = 'List the event types and exit' }
        )
        'help' = @(
        )
        'get-endpoints' = @(
            @{ Names = @('--help', '-h'); Takes = ''; Summary = 'Show this help and exit' }
            @{ Names = @('--version', '-V'); Takes = ''; Summary = 'Show the version and exit' }
            @{ Names = @('--url', '-u'); Takes = 'nothing'; Summary = 'Address of the archive, as scheme://host:port' }
            @{ Names = @('--src', '-s'); Takes = 'nothing'; Summary = 'Source of the test: an address or a host name' }
            @{ Names = @('--dest', '-d'); Takes = 'nothing'; Summary = 'Destination of the test' }
            @{ Names = @('--agent', '-a'); Takes = 'nothing'; Summary = 'Host that started the test; useful for central archives' }
            @{ Names = @('--event-type', '-e'); Takes = 'event_type'; Summary = 'Event type, such as throughput or packet-loss-rate; -L lists them' }
            @{ Names = @('--tool', '-t'); Takes = 'nothing'; Summary = 'Tool that ran the test, such as bwctl/iperf3, powstream or "bwctl/tracepath,traceroute"' }
            @{ Names = @('--start-time', '-S'); Takes = 'nothing'; Summary = 'Start of the window: a date, a date and time (UTC unless it has an offset), or -24h' }
            @{ Names = @('--end-time', '-E'); Takes = 'nothing'; Summary = 'End of the window, inclusive' }
            @{ Names = @('--tz'); Takes = 'nothing'; Summary = 'Time zone of times without one: UTC, local, or a name such as Europe/Berlin' }
            @{ Names = @('--filter', '-F'); Takes = 'nothing'; Summary = 'Additional filter, such as ip-transport-protocol:tcp or dns-match-rule:only-v6; may be repeated' }
            @{ Names = @('--list-events', '-L'); Takes = ''; Summary = 'List the event types and exit' }
            @{ Names = @('--metadata-extended', '-M'); Takes = ''; Summary = 'With get-metadata, show all parameters of a test; not with csv' }
            @{ Names = @('--summary-type', '-T'); Takes = 'summary_type'; Summary = 'Read roll-ups instead of base data: aggregation, average or statistics' }
            @{ Names = @('--summary-window', '-W'); Takes = 'nothing'; Summary = 'Window of the roll-ups, in seconds' }
            @{ Names = @('--output-format', '-o'); Takes = 'output_format'; Summary = 'human, json (a list), csv, or ndjson (one JSON object per line); get also writes parquet' }
            @{ Names = @('--escape-formulas'); Takes = ''; Summary = 'With csv, put a '' before text that a spreadsheet would take for a formula: text that is not a number and begins with =, +, -, @, a tab or a line end' }
            @{ Names = @('--ip', '-I'); Takes = ''; Summary = 'Show addresses instead of host names' }
            @{ Names = @('--hosts'); Takes = 'file'; Summary = 'Names and addresses in the format of /etc/hosts, looked up before DNS, both ways' }
            @{ Names = @('--verbose', '-v'); Takes = ''; Summary = 'Report every request on stderr' }
            @{ Names = @('--ssl-verify'); Takes = ''; Summary = 'Accepted for old scripts; certificates are always verified' }
            @{ Names = @('--cacert'); Takes = 'file'; Summary = 'Certificates of authorities to trust besides those that Deno knows: a PEM file, or a directory of PEM files' }
            @{ Names = @('--pin'); Takes = 'nothing'; Summary = 'Accept only the certificate or key with this SHA-256, even if it is self-signed, expired or for another name: sha256/BASE64 or hexadecimal digits, as esmond-ps trust URL shows it; may be repeated' }
            @{ Names = @('--client-cert'); Takes = 'file'; Summary = 'Certificate to show to the archive, in PEM' }
            @{ Names = @('--client-key'); Takes = 'file'; Summary = 'Key of --client-cert, in PEM, unless that file holds it' }
            @{ Names = @('--insecure'); Takes = ''; Summary = 'Accept any certificate: anyone on the way can read and change everything' }
            @{ Names = @('--proxy'); Takes = 'nothing'; Summary = 'Proxy to use: http://[USER:PASSWORD@]HOST:PORT, or https, socks5, socks5h' }
            @{ Names = @('--timeout'); Takes = 'nothing'; Summary = 'Give up when the archive sends nothing for this long; 0 for never' }
            @{ Names = @('--retry'); Takes = 'nothing'; Summary = 'How often to retry what may succeed later, with growing pauses' }
            @{ Names = @('--max-response'); Takes = 'nothing'; Summary = 'Largest response to accept, decompressed: bytes, or a number with K, M or G' }
        )
        'get-metadata' = @(
            @{ Names = @('--help', '-h'); Takes = ''; Summary = 'Show this help and exit' }
            @{ Names = @('--version', '-V'); Takes = ''; Summary = 'Show the version and exit' }
            @{ Names = @('--url', '-u'); Takes = 'nothing'; Summary = 'Address of the archive, as scheme://host:port' }
            @{ Names = @('--src', '-s'); Takes = 'nothing'; Summary = 'Source of the test: an address or a host name' }
            @{ Names = @('--dest', '-d'); Takes = 'nothing'; Summary = 'Destination of the test' }
            @{ Names = @('--agent', '-a'); Takes = 'nothing'; Summary = 'Host that started the test; useful for central archives' }
            @{ Names = @('--event-type', '-e'); Takes = 'event_type'; Summary = 'Event type, such as throughput or packet-loss-rate; -L lists them' }
            @{ Names = @('--tool', '-t'); Takes = 'nothing'; Summary = 'Tool that ran the test, such as bwctl/iperf3, powstream or "bwctl/tracepath,traceroute"' }
            @{ Names = @('--start-time', '-S'); Takes = 'nothing'; Summary = 'Start of the window: a date, a date and time (UTC unless it has an offset), or -24h' }
            @{ Names = @('--end-time', '-E'); Takes = 'nothing'; Summary = 'End of the window, inclusive' }
            @{ Names = @('--tz'); Takes = 'nothing'; Summary = 'Time zone of times without one: UTC, local, or a name such as Europe/Berlin' }
            @{ Names = @('--filter', '-F'); Takes = 'nothing'; Summary = 'Additional filter, such as ip-transport-protocol:tcp or dns-match-rule:only-v6; may be repeated' }
            @{ Names = @('--list-events', '-L'); Takes = ''; Summary = 'List the event types and exit' }
            @{ Names = @('--metadata-extended', '-M'); Takes = ''; Summary = 'With get-metadata, show all parameters of a test; not with csv' }
            @{ Names = @('--summary-type', '-T'); Takes = 'summary_type'; Summary = 'Read roll-ups instead of base data: aggregation, average or statistics' }
            @{ Names = @('--summary-window', '-W'); Takes = 'nothing'; Summary = 'Window of the roll-ups, in seconds' }
            @{ Names = @('--output-format', '-o'); Takes = 'output_format'; Summary = 'human, json (a list), csv, or ndjson (one JSON object per line); get also writes parquet' }
            @{ Names = @('--escape-formulas'); Takes = ''; Summary = 'With csv, put a '' before text that a spreadsheet would take for a formula: text that is not a number and begins with =, +, -, @, a tab or a line end' }
            @{ Names = @('--ip', '-I'); Takes = ''; Summary = 'Show addresses instead of host names' }
            @{ Names = @('--hosts'); Takes = 'file'; Summary = 'Names and addresses in the format of /etc/hosts, looked up before DNS, both ways' }
            @{ Names = @('--verbose', '-v'); Takes = ''; Summary = 'Report every request on stderr' }
            @{ Names = @('--ssl-verify'); Takes = ''; Summary = 'Accepted for old scripts; certificates are always verified' }
            @{ Names = @('--cacert'); Takes = 'file'; Summary = 'Certificates of authorities to trust besides those that Deno knows: a PEM file, or a directory of PEM files' }
            @{ Names = @('--pin'); Takes = 'nothing'; Summary = 'Accept only the certificate or key with this SHA-256, even if it is self-signed, expired or for another name: sha256/BASE64 or hexadecimal digits, as esmond-ps trust URL shows it; may be repeated' }
            @{ Names = @('--client-cert'); Takes = 'file'; Summary = 'Certificate to show to the archive, in PEM' }
            @{ Names = @('--client-key'); Takes = 'file'; Summary = 'Key of --client-cert, in PEM, unless that file holds it' }
            @{ Names = @('--insecure'); Takes = ''; Summary = 'Accept any certificate: anyone on the way can read and change everything' }
            @{ Names = @('--proxy'); Takes = 'nothing'; Summary = 'Proxy to use: http://[USER:PASSWORD@]HOST:PORT, or https, socks5, socks5h' }
            @{ Names = @('--timeout'); Takes = 'nothing'; Summary = 'Give up when the archive sends nothing for this long; 0 for never' }
            @{ Names = @('--retry'); Takes = 'nothing'; Summary = 'How often to retry what may succeed later, with growing pauses' }
            @{ Names = @('--max-response'); Takes = 'nothing'; Summary = 'Largest response to accept, decompressed: bytes, or a number with K, M or G' }
        )
        'get' = @(
            @{ Names = @('--help', '-h'); Takes = ''; Summary = 'Show this help and exit' }
            @{ Names = @('--version', '-V'); Takes = ''; Summary = 'Show the version and exit' }
            @{ Names = @('--url', '-u'); Takes = 'nothing'; Summary = 'Address of the archive, as scheme://host:port' }
            @{ Names = @('--src', '-s'); Takes = 'nothing'; Summary = 'Source of the test: an address or a host name' }
            @{ Names = @('--dest', '-d'); Takes = 'nothing'; Summary = 'Destination of the test' }
            @{ Names = @('--agent', '-a'); Takes = 'nothing'; Summary = 'Host that started the test; useful for central archives' }
            @{ Names = @('--event-type', '-e'); Takes = 'event_type'; Summary = 'Event type, such as throughput or packet-loss-rate; -L lists them' }
            @{ Names = @('--tool', '-t'); Takes = 'nothing'; Summary = 'Tool that ran the test, such as bwctl/iperf3, powstream or "bwctl/tracepath,traceroute"' }
            @{ Names = @('--start-time', '-S'); Takes = 'nothing'; Summary = 'Start of the window: a date, a date and time (UTC unless it has an offset), or -24h' }
            @{ Names = @('--end-time', '-E'); Takes = 'nothing'; Summary = 'End of the window, inclusive' }
            @{ Names = @('--tz'); Takes = 'nothing'; Summary = 'Time zone of times without one: UTC, local, or a name such as Europe/Berlin' }
            @{ Names = @('--output-tz'); Takes = 'nothing'; Summary = 'Time zone of printed timestamps, which then show their offset; not for parquet' }
            @{ Names = @('--filter', '-F'); Takes = 'nothing'; Summary = 'Additional filter, such as ip-transport-protocol:tcp or dns-match-rule:only-v6; may be repeated' }
            @{ Names = @('--list-events', '-L'); Takes = ''; Summary = 'List the event types and exit' }
            @{ Names = @('--metadata-extended', '-M'); Takes = ''; Summary = 'With get-metadata, show all parameters of a test; not with csv' }
            @{ Names = @('--summary-type', '-T'); Takes = 'summary_type'; Summary = 'Read roll-ups instead of base data: aggregation, average or statistics' }
            @{ Names = @('--summary-window', '-W'); Takes = 'nothing'; Summary = 'Window of the roll-ups, in seconds' }
            @{ Names = @('--output-format', '-o'); Takes = 'output_format2'; Summary = 'human, json (a list), csv, or ndjson (one JSON object per line); get also writes parquet' }
            @{ Names = @('--gzip'); Takes = ''; Summary = 'Compress json, csv or ndjson; get-bulk adds .gz to the file names' }
            @{ Names = @('--escape-formulas'); Takes = ''; Summary = 'With csv, put a '' before text that a spreadsheet would take for a formula: text that is not a number and begins with =, +, -, @, a tab or a line end' }
            @{ Names = @('--concurrency'); Takes = 'nothing'; Summary = 'Number of requests at a time' }
            @{ Names = @('--page-size'); Takes = 'nothing'; Summary = 'Data points per request' }
            @{ Names = @('--ip', '-I'); Takes = ''; Summary = 'Show addresses instead of host names' }
            @{ Names = @('--hosts'); Takes = 'file'; Summary = 'Names and addresses in the format of /etc/hosts, looked up before DNS, both ways' }
            @{ Names = @('--verbose', '-v'); Takes = ''; Summary = 'Report every request on stderr' }
            @{ Names = @('--ssl-verify'); Takes = ''; Summary = 'Accepted for old scripts; certificates are always verified' }
            @{ Names = @('--cacert'); Takes = 'file'; Summary = 'Certificates of authorities to trust besides those that Deno knows: a PEM file, or a directory of PEM files' }
            @{ Names = @('--pin'); Takes = 'nothing'; Summary = 'Accept only the certificate or key with this SHA-256, even if it is self-signed, expired or for another name: sha256/BASE64 or hexadecimal digits, as esmond-ps trust URL shows it; may be repeated' }
            @{ Names = @('--client-cert'); Takes = 'file'; Summary = 'Certificate to show to the archive, in PEM' }
            @{ Names = @('--client-key'); Takes = 'file'; Summary = 'Key of --client-cert, in PEM, unless that file holds it' }
            @{ Names = @('--insecure'); Takes = ''; Summary = 'Accept any certificate: anyone on the way can read and change everything' }
            @{ Names = @('--proxy'); Takes = 'nothing'; Summary = 'Proxy to use: http://[USER:PASSWORD@]HOST:PORT, or https, socks5, socks5h' }
            @{ Names = @('--timeout'); Takes = 'nothing'; Summary = 'Give up when the archive sends nothing for this long; 0 for never' }
            @{ Names = @('--retry'); Takes = 'nothing'; Summary = 'How often to retry what may succeed later, with growing pauses' }
            @{ Names = @('--max-response'); Takes = 'nothing'; Summary = 'Largest response to accept, decompressed: bytes, or a number with K, M or G' }
        )
        'get-bulk' = @(
            @{ Names = @('--help', '-h'); Takes = ''; Summary = 'Show this help and exit' }
            @{ Names = @('--version', '-V'); Takes = ''; Summary = 'Show the version and exit' }
            @{ Names = @('--url', '-u'); Takes = 'nothing'; Summary = 'Address of the archive, as scheme://host:port' }
            @{ Names = @('--src', '-s'); Takes = 'nothing'; Summary = 'Source of the test: an address or a host name' }
            @{ Names = @('--dest', '-d'); Takes = 'nothing'; Summary = 'Destination of the test' }
            @{ Names = @('--agent', '-a'); Takes = 'nothing'; Summary = 'Host that started the test; useful for central archives' }
            @{ Names = @('--event-type', '-e'); Takes = 'event_type'; Summary = 'Event type, such as throughput or packet-loss-rate; -L lists them' }
            @{ Names = @('--tool', '-t'); Takes = 'nothing'; Summary = 'Tool that ran the test, such as bwctl/iperf3, powstream or "bwctl/tracepath,traceroute"' }
            @{ Names = @('--start-time', '-S'); Takes = 'nothing'; Summary = 'Start of the window: a date, a date and time (UTC unless it has an offset), or -24h' }
            @{ Names = @('--end-time', '-E'); Takes = 'nothing'; Summary = 'End of the window, inclusive' }
            @{ Names = @('--tz'); Takes = 'nothing'; Summary = 'Time zone of times without one: UTC, local, or a name such as Europe/Berlin' }
            @{ Names = @('--output-tz'); Takes = 'nothing'; Summary = 'Time zone of printed timestamps, which then show their offset; not for parquet' }
            @{ Names = @('--filter', '-F'); Takes = 'nothing'; Summary = 'Additional filter, such as ip-transport-protocol:tcp or dns-match-rule:only-v6; may be repeated' }
            @{ Names = @('--list-events', '-L'); Takes = ''; Summary = 'List the event types and exit' }
            @{ Names = @('--metadata-extended', '-M'); Takes = ''; Summary = 'With get-metadata, show all parameters of a test; not with csv' }
            @{ Names = @('--summary-type', '-T'); Takes = 'summary_type'; Summary = 'Read roll-ups instead of base data: aggregation, average or statistics' }
            @{ Names = @('--summary-window', '-W'); Takes = 'nothing'; Summary = 'Window of the roll-ups, in seconds' }
            @{ Names = @('--output-format', '-o'); Takes = 'output_format3'; Summary = 'json (a list), csv, ndjson (one JSON object per line) or parquet' }
            @{ Names = @('--gzip'); Takes = ''; Summary = 'Compress json, csv or ndjson; get-bulk adds .gz to the file names' }
            @{ Names = @('--escape-formulas'); Takes = ''; Summary = 'With csv, put a '' before text that a spreadsheet would take for a formula: text that is not a number and begins with =, +, -, @, a tab or a line end' }
            @{ Names = @('--output-directory', '-D'); Takes = 'directory'; Summary = 'Directory to write to' }
            @{ Names = @('--resume'); Takes = ''; Summary = 'Continue an export that was interrupted, keeping what is complete' }
            @{ Names = @('--sync'); Takes = ''; Summary = 'Add what is new since the last run with --sync; file names then have no days' }
            @{ Names = @('--overlap'); Takes = 'nothing'; Summary = 'With --sync, how far before the end of the last run to read again, for data that arrived late' }
            @{ Names = @('--partition'); Takes = 'partition'; Summary = 'With parquet, write a file per day or month, in folders as query engines expect them' }
            @{ Names = @('--concurrency'); Takes = 'nothing'; Summary = 'Number of requests at a time' }
            @{ Names = @('--page-size'); Takes = 'nothing'; Summary = 'Data points per request' }
            @{ Names = @('--quiet', '-q'); Takes = ''; Summary = 'Show no progress, and no report when all went well' }
            @{ Names = @('--ip', '-I'); Takes = ''; Summary = 'Show addresses instead of host names' }
            @{ Names = @('--hosts'); Takes = 'file'; Summary = 'Names and addresses in the format of /etc/hosts, looked up before DNS, both ways' }
            @{ Names = @('--verbose', '-v'); Takes = ''; Summary = 'Report every request on stderr' }
            @{ Names = @('--ssl-verify'); Takes = ''; Summary = 'Accepted for old scripts; certificates are always verified' }
            @{ Names = @('--cacert'); Takes = 'file'; Summary = 'Certificates of authorities to trust besides those that Deno knows: a PEM file, or a directory of PEM files' }
            @{ Names = @('--pin'); Takes = 'nothing'; Summary = 'Accept only the certificate or key with this SHA-256, even if it is self-signed, expired or for another name: sha256/BASE64 or hexadecimal digits, as esmond-ps trust URL shows it; may be repeated' }
            @{ Names = @('--client-cert'); Takes = 'file'; Summary = 'Certificate to show to the archive, in PEM' }
            @{ Names = @('--client-key'); Takes = 'file'; Summary = 'Key of --client-cert, in PEM, unless that file holds it' }
            @{ Names = @('--insecure'); Takes = ''; Summary = 'Accept any certificate: anyone on the way can read and change everything' }
            @{ Names = @('--proxy'); Takes = 'nothing'; Summary = 'Proxy to use: http://[USER:PASSWORD@]HOST:PORT, or https, socks5, socks5h' }
            @{ Names = @('--timeout'); Takes = 'nothing'; Summary = 'Give up when the archive sends nothing for this long; 0 for never' }
            @{ Names = @('--retry'); Takes = 'nothing'; Summary = 'How often to retry what may succeed later, with growing pauses' }
            @{ Names = @('--max-response'); Takes = 'nothing'; Summary = 'Largest response to accept, decompressed: bytes, or a number with K, M or G' }
        )
        'post-metadata' = @(
            @{ Names = @('--help', '-h'); Takes = ''; Summary = 'Show this help and exit' }
            @{ Names = @('--version', '-V'); Takes = ''; Summary = 'Show the version and exit' }
            @{ Names = @('--url', '-u'); Takes = 'nothing'; Summary = 'Address of the archive, as scheme://host:port' }
            @{ Names = @('--src', '-s'); Takes = 'nothing'; Summary = 'Source of the test: an address or a host name' }
            @{ Names = @('--dest', '-d'); Takes = 'nothing'; Summary = 'Destination of the test' }
            @{ Names = @('--agent', '-a'); Takes = 'nothing'; Summary = 'Host that started the test; useful for central archives' }
            @{ Names = @('--tool', '-t'); Takes = 'nothing'; Summary = 'Tool that ran the test, such as bwctl/iperf3, powstream or "bwctl/tracepath,traceroute"' }
            @{ Names = @('--verbose', '-v'); Takes = ''; Summary = 'Report every request on stderr' }
            @{ Names = @('--cacert'); Takes = 'file'; Summary = 'Certificates of authorities to trust besides those that Deno knows: a PEM file, or a directory of PEM files' }
            @{ Names = @('--pin'); Takes = 'nothing'; Summary = 'Accept only the certificate or key with this SHA-256, even if it is self-signed, expired or for another name: sha256/BASE64 or hexadecimal digits, as esmond-ps trust URL shows it; may be repeated' }
            @{ Names = @('--client-cert'); Takes = 'file'; Summary = 'Certificate to show to the archive, in PEM' }
            @{ Names = @('--client-key'); Takes = 'file'; Summary = 'Key of --client-cert, in PEM, unless that file holds it' }
            @{ Names = @('--insecure'); Takes = ''; Summary = 'Accept any certificate: anyone on the way can read and change everything' }
            @{ Names = @('--proxy'); Takes = 'nothing'; Summary = 'Proxy to use: http://[USER:PASSWORD@]HOST:PORT, or https, socks5, socks5h' }
            @{ Names = @('--timeout'); Takes = 'nothing'; Summary = 'Give up when the archive sends nothing for this long; 0 for never' }
            @{ Names = @('--retry'); Takes = 'nothing'; Summary = 'How often to retry what may succeed later, with growing pauses' }
            @{ Names = @('--max-response'); Takes = 'nothing'; Summary = 'Largest response to accept, decompressed: bytes, or a number with K, M or G' }
            @{ Names = @('--event-type', '-e'); Takes = 'event_type'; Summary = 'Event type that the test measures; may be repeated' }
            @{ Names = @('--summary'); Takes = 'summary'; Summary = 'Roll-ups that the archive should keep, such as packet-loss-rate:aggregation:300,3600; may be repeated' }
            @{ Names = @('--subject-type'); Takes = 'subject_type'; Summary = 'point-to-point, or network-element for tests without a destination' }
            @{ Names = @('--input-source'); Takes = 'nothing'; Summary = 'Source as it was given to the test' }
            @{ Names = @('--input-destination'); Takes = 'nothing'; Summary = 'Destination as it was given to the test' }
            @{ Names = @('--param'); Takes = 'nothing'; Summary = 'Additional parameter of the test, such as ip-transport-protocol:tcp; may be repeated' }
            @{ Names = @('--script-alias'); Takes = 'nothing'; Summary = 'Path of the archive on its web server' }
            @{ Names = @('--key-file'); Takes = 'file'; Summary = 'File with the API key' }
            @{ Names = @('--key'); Takes = 'nothing'; Summary = 'The API key itself, visible to every user of this machine' }
        )
        'post' = @(
            @{ Names = @('--help', '-h'); Takes = ''; Summary = 'Show this help and exit' }
            @{ Names = @('--version', '-V'); Takes = ''; Summary = 'Show the version and exit' }
            @{ Names = @('--url', '-u'); Takes = 'nothing'; Summary = 'Address of the archive, as scheme://host:port' }
            @{ Names = @('--verbose', '-v'); Takes = ''; Summary = 'Report every request on stderr' }
            @{ Names = @('--cacert'); Takes = 'file'; Summary = 'Certificates of authorities to trust besides those that Deno knows: a PEM file, or a directory of PEM files' }
            @{ Names = @('--pin'); Takes = 'nothing'; Summary = 'Accept only the certificate or key with this SHA-256, even if it is self-signed, expired or for another name: sha256/BASE64 or hexadecimal digits, as esmond-ps trust URL shows it; may be repeated' }
            @{ Names = @('--client-cert'); Takes = 'file'; Summary = 'Certificate to show to the archive, in PEM' }
            @{ Names = @('--client-key'); Takes = 'file'; Summary = 'Key of --client-cert, in PEM, unless that file holds it' }
            @{ Names = @('--insecure'); Takes = ''; Summary = 'Accept any certificate: anyone on the way can read and change everything' }
            @{ Names = @('--proxy'); Takes = 'nothing'; Summary = 'Proxy to use: http://[USER:PASSWORD@]HOST:PORT, or https, socks5, socks5h' }
            @{ Names = @('--timeout'); Takes = 'nothing'; Summary = 'Give up when the archive sends nothing for this long; 0 for never' }
            @{ Names = @('--retry'); Takes = 'nothing'; Summary = 'How often to retry what may succeed later, with growing pauses' }
            @{ Names = @('--max-response'); Takes = 'nothing'; Summary = 'Largest response to accept, decompressed: bytes, or a number with K, M or G' }
            @{ Names = @('--metadata-key', '-k'); Takes = 'nothing'; Summary = 'Key of the test, as post-metadata prints it' }
            @{ Names = @('--event-type', '-e'); Takes = 'event_type'; Summary = 'Event type of points that do not name their own' }
            @{ Names = @('--input-format'); Takes = 'input_format'; Summary = 'json, ndjson or csv' }
            @{ Names = @('--script-alias'); Takes = 'nothing'; Summary = 'Path of the archive on its web server' }
            @{ Names = @('--key-file'); Takes = 'file'; Summary = 'File with the API key' }
            @{ Names = @('--key'); Takes = 'nothing'; Summary = 'The API key itself, visible to every user of this machine' }
        )
        'serve' = @(
            @{ Names = @('--help', '-h'); Takes = ''; Summary = 'Show this help and exit' }
            @{ Names = @('--version', '-V'); Takes = ''; Summary = 'Show the version and exit' }
            @{ Names = @('--verbose', '-v'); Takes = ''; Summary = 'Report every request on stderr' }
            @{ Names = @('--db'); Takes = 'file'; Summary = 'Database file, created if it does not exist; :memory: keeps nothing' }
            @{ Names = @('--port'); Takes = 'nothing'; Summary = 'Port to listen on; 0 for a free one' }
            @{ Names = @('--host'); Takes = 'nothing'; Summary = 'Address to listen on; the default is reachable from this machine only' }
            @{ Names = @('--token'); Takes = 'nothing'; Summary = 'API key that may write, visible to every user of this machine; may be repeated' }
            @{ Names = @('--token-file'); Takes = 'file'; Summary = 'File of API keys that may write, one per line, with # for comments' }
            @{ Names = @('--open-writes'); Takes = ''; Summary = 'Let everyone on this machine write without a key; --host must be a loopback address' }
            @{ Names = @('--sample'); Takes = 'nothing'; Summary = 'Start with made-up measurements of this many days up to now' }
            @{ Names = @('--dialect'); Takes = 'dialect'; Summary = 'Server to answer as: esmond, or elmond, which is read-only' }
            @{ Names = @('--page-size'); Takes = 'nothing'; Summary = 'Entries per page where a request sets no limit' }
            @{ Names = @('--live'); Takes = ''; Summary = 'With --dialect elmond: results arrive between requests, as in an archive at work' }
            @{ Names = @('--check'); Takes = ''; Summary = 'Check the file of --db before the first request' }
            @{ Names = @('--allow-origin'); Takes = 'nothing'; Summary = 'Let web pages of this origin read the archive; * lets all' }
            @{ Names = @('--server-name'); Takes = 'nothing'; Summary = 'Also answer to this Host on a loopback address, as a web server in front may send it' }
        )
        'trust' = @(
            @{ Names = @('--help', '-h'); Takes = ''; Summary = 'Show this help and exit' }
            @{ Names = @('--version', '-V'); Takes = ''; Summary = 'Show the version and exit' }
            @{ Names = @('--url', '-u'); Takes = 'nothing'; Summary = 'Address of the archive, as scheme://host:port' }
            @{ Names = @('--cacert'); Takes = 'file'; Summary = 'Certificates of authorities to trust besides those that Deno knows: a PEM file, or a directory of PEM files' }
            @{ Names = @('--client-cert'); Takes = 'file'; Summary = 'Certificate to show to the archive, in PEM' }
            @{ Names = @('--client-key'); Takes = 'file'; Summary = 'Key of --client-cert, in PEM, unless that file holds it' }
            @{ Names = @('--proxy'); Takes = 'nothing'; Summary = 'Proxy to use: http://[USER:PASSWORD@]HOST:PORT, or https, socks5, socks5h' }
            @{ Names = @('--timeout'); Takes = 'nothing'; Summary = 'Give up when the archive sends nothing for this long; 0 for never' }
        )
        'install-links' = @(
            @{ Names = @('--help', '-h'); Takes = ''; Summary = 'Show this help and exit' }
            @{ Names = @('--version', '-V'); Takes = ''; Summary = 'Show the version and exit' }
            @{ Names = @('--force'); Takes = ''; Summary = 'Replace existing files with these names' }
        )
        'completions' = @(
            @{ Names = @('--help', '-h'); Takes = ''; Summary = 'Show this help and exit' }
            @{ Names = @('--version', '-V'); Takes = ''; Summary = 'Show the version and exit' }
        )
    }

    # The words before the one at the cursor.
    $typed = @($commandAst.CommandElements | ForEach-Object { $_.Extent.Text })
    if ($wordToComplete -ne '') {
        $at = [Array]::LastIndexOf($typed, $wordToComplete)
        if ($at -lt 1) { $at = [Math]::Max(1, $typed.Count - 1) }
        $typed = @($typed | Select-Object -First $at)
    }

    # The command is the first word, or in the name of the program.
    $program = [System.IO.Path]::GetFileNameWithoutExtension($typed[0].Trim('"', "'"))
    $rest = @($typed | Select-Object -Skip 1)
    $command = ''
    if ($program -like 'esmond-ps-*') {
        $command = $program.Substring(10)
    } elseif ($rest.Count -gt 0) {
        $command = $rest[0]
        $rest = @($rest | Select-Object -Skip 1)
    }

    # Unlike one in braces, this table tells -s from -S.
    $takes = [System.Collections.Hashtable]::new()
    foreach ($option in $options[$command]) {
        foreach ($name in $option.Names) { $takes[$name] = $option.Takes }
    }

    # Whether the cursor is at the value of an option, at a word, or at an option.
    $offer = $words[$command]
    $isValue = $false
    $isEnded = $false
    for ($i = 0; $i -lt $rest.Count; $i++) {
        $word = $rest[$i]
        if ($isEnded -or $word -notlike '-?*') {
            $offer = 'nothing' # no command takes a second word
        } elseif ($word -eq '--') {
            $isEnded = $true
        } elseif ($takes[$word]) {
            $i++
            if ($i -eq $rest.Count) {
                $isValue = $true
                $offer = $takes[$word]
            }
        }
    }
    $lead = ''
    if (-not $isValue -and -not $isEnded -and $wordToComplete -like '-*') {
        $option, $value = $wordToComplete -split '=', 2
        if ($null -eq $value) {
            $offer = 'options'
        } else {
            $offer = $takes[$option]
            $lead = "$option="
        }
    }

    if ($offer -eq 'file' -or $offer -eq 'directory') {
        return # PowerShell offers paths itself
    }
    $found = @(
        if ($offer -eq 'options') {
            foreach ($option in $options[$command]) {
                foreach ($name in $option.Names) {
                    if ($name.StartsWith($wordToComplete, [StringComparison]::Ordinal)) {
                        [System.Management.Automation.CompletionResult]::new($name, $name, 'ParameterName', $option.Summary)
                    }
                }
            }
        } elseif ($offer -and $lists.ContainsKey($offer)) {
            foreach ($text in $lists[$offer]) {
                if ("$lead$text".StartsWith($wordToComplete, [StringComparison]::Ordinal)) {
                    [System.Management.Automation.CompletionResult]::new("$lead$text", $text, 'ParameterValue', $text)
                }
            }
        }
    )
    if ($found.Count -gt 0) { $found } else { '' } # nothing at all would have it offer paths
}
