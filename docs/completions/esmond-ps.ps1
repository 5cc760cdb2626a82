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
            @{ Names = @('--url', '-u'); Takes = 'nothing'; Summary = 'Archive to ask, as scheme://host:port' }
            @{ Names = @('--src', '-s'); Takes = 'nothing'; Summary = 'Host at the near end of the test: an address or a name' }
            @{ Names = @('--dest', '-d'); Takes = 'nothing'; Summary = 'Host at the far end of the test' }
            @{ Names = @('--agent', '-a'); Takes = 'nothing'; Summary = 'Host that started the test; useful for central archives' }
            @{ Names = @('--event-type', '-e'); Takes = 'event_type'; Summary = 'Kind of data, such as throughput or packet-loss-rate; see -L' }
            @{ Names = @('--tool', '-t'); Takes = 'nothing'; Summary = 'Tool that ran the test, such as bwctl/iperf3, powstream or "bwctl/tracepath,traceroute"' }
            @{ Names = @('--start-time', '-S'); Takes = 'nothing'; Summary = 'Beginning of the window: a date, a date and time (UTC unless it has an offset), or -24h' }
            @{ Names = @('--end-time', '-E'); Takes = 'nothing'; Summary = 'End of the window, inclusive' }
            @{ Names = @('--tz'); Takes = 'nothing'; Summary = 'Zone of times that name none: UTC (the default), local, or a name such as Europe/Berlin' }
            @{ Names = @('--filter', '-F'); Takes = 'nothing'; Summary = 'Further filter, such as ip-transport-protocol:tcp or dns-match-rule:only-v6' }
            @{ Names = @('--list-events', '-L'); Takes = ''; Summary = 'List the event types and exit' }
            @{ Names = @('--metadata-extended', '-M'); Takes = ''; Summary = 'get-metadata: show all parameters of a test' }
            @{ Names = @('--summary-type', '-T'); Takes = 'summary_type'; Summary = 'Read roll-ups instead of base data: aggregation, average or statistics' }
            @{ Names = @('--summary-window', '-W'); Takes = 'nothing'; Summary = 'Window of the roll-ups, in seconds' }
            @{ Names = @('--output-format', '-o'); Takes = 'output_format'; Summary = 'human, json (a list), csv, or ndjson (a JSON object a line); get and get-bulk know parquet too' }
            @{ Names = @('--escape-formulas'); Takes = ''; Summary = 'With -o csv, put a '' before text that a spreadsheet would take for a formula: that which begins with =, +, -, @, a tab or a line end, and is no number' }
            @{ Names = @('--ip', '-I'); Takes = ''; Summary = 'Show addresses as they are, instead of host names' }
            @{ Names = @('--hosts'); Takes = 'file'; Summary = 'Names and addresses in the format of /etc/hosts, asked before DNS in both directions' }
            @{ Names = @('--verbose', '-v'); Takes = ''; Summary = 'Report every request on stderr' }
            @{ Names = @('--ssl-verify'); Takes = ''; Summary = 'Accepted for old scripts: certificates are verified anyway' }
            @{ Names = @('--cacert'); Takes = 'file'; Summary = 'Certificates of authorities, in PEM, that are trusted besides those that Deno knows; or a directory of such files' }
            @{ Names = @('--pin'); Takes = 'nothing'; Summary = 'Accept the one certificate, or key, with this SHA-256 and no other, even if it is self-signed, expired or for another name: sha256/BASE64, or hexadecimal digits' }
            @{ Names = @('--client-cert'); Takes = 'file'; Summary = 'Certificate to show to the archive, in PEM' }
            @{ Names = @('--client-key'); Takes = 'file'; Summary = 'Its key, in PEM, unless the certificate''s file holds it' }
            @{ Names = @('--insecure'); Takes = ''; Summary = 'Accept any certificate: whoever is on the way can read and change everything' }
            @{ Names = @('--proxy'); Takes = 'nothing'; Summary = 'Go through a proxy: http://[USER:PASSWORD@]HOST:PORT, or https, socks5, socks5h' }
            @{ Names = @('--timeout'); Takes = 'nothing'; Summary = 'Give up when the archive sends nothing for so long; 0 for never' }
            @{ Names = @('--retry'); Takes = 'nothing'; Summary = 'Try again so often what failed in a way that may pass, after longer and longer pauses' }
            @{ Names = @('--max-response'); Takes = 'nothing'; Summary = 'Read no answer that is larger, in bytes or with a K, M or G behind the number; compressed answers count as what they hold' }
        )
        'get-metadata' = @(
            @{ Names = @('--help', '-h'); Takes = ''; Summary = 'Show this help and exit' }
            @{ Names = @('--version', '-V'); Takes = ''; Summary = 'Show the version and exit' }
            @{ Names = @('--url', '-u'); Takes = 'nothing'; Summary = 'Archive to ask, as scheme://host:port' }
            @{ Names = @('--src', '-s'); Takes = 'nothing'; Summary = 'Host at the near end of the test: an address or a name' }
            @{ Names = @('--dest', '-d'); Takes = 'nothing'; Summary = 'Host at the far end of the test' }
            @{ Names = @('--agent', '-a'); Takes = 'nothing'; Summary = 'Host that started the test; useful for central archives' }
            @{ Names = @('--event-type', '-e'); Takes = 'event_type'; Summary = 'Kind of data, such as throughput or packet-loss-rate; see -L' }
            @{ Names = @('--tool', '-t'); Takes = 'nothing'; Summary = 'Tool that ran the test, such as bwctl/iperf3, powstream or "bwctl/tracepath,traceroute"' }
            @{ Names = @('--start-time', '-S'); Takes = 'nothing'; Summary = 'Beginning of the window: a date, a date and time (UTC unless it has an offset), or -24h' }
            @{ Names = @('--end-time', '-E'); Takes = 'nothing'; Summary = 'End of the window, inclusive' }
            @{ Names = @('--tz'); Takes = 'nothing'; Summary = 'Zone of times that name none: UTC (the default), local, or a name such as Europe/Berlin' }
            @{ Names = @('--filter', '-F'); Takes = 'nothing'; Summary = 'Further filter, such as ip-transport-protocol:tcp or dns-match-rule:only-v6' }
            @{ Names = @('--list-events', '-L'); Takes = ''; Summary = 'List the event types and exit' }
            @{ Names = @('--metadata-extended', '-M'); Takes = ''; Summary = 'get-metadata: show all parameters of a test' }
            @{ Names = @('--summary-type', '-T'); Takes = 'summary_type'; Summary = 'Read roll-ups instead of base data: aggregation, average or statistics' }
            @{ Names = @('--summary-window', '-W'); Takes = 'nothing'; Summary = 'Window of the roll-ups, in seconds' }
            @{ Names = @('--output-format', '-o'); Takes = 'output_format'; Summary = 'human, json (a list), csv, or ndjson (a JSON object a line); get and get-bulk know parquet too' }
            @{ Names = @('--escape-formulas'); Takes = ''; Summary = 'With -o csv, put a '' before text that a spreadsheet would take for a formula: that which begins with =, +, -, @, a tab or a line end, and is no number' }
            @{ Names = @('--ip', '-I'); Takes = ''; Summary = 'Show addresses as they are, instead of host names' }
            @{ Names = @('--hosts'); Takes = 'file'; Summary = 'Names and addresses in the format of /etc/hosts, asked before DNS in both directions' }
            @{ Names = @('--verbose', '-v'); Takes = ''; Summary = 'Report every request on stderr' }
            @{ Names = @('--ssl-verify'); Takes = ''; Summary = 'Accepted for old scripts: certificates are verified anyway' }
            @{ Names = @('--cacert'); Takes = 'file'; Summary = 'Certificates of authorities, in PEM, that are trusted besides those that Deno knows; or a directory of such files' }
            @{ Names = @('--pin'); Takes = 'nothing'; Summary = 'Accept the one certificate, or key, with this SHA-256 and no other, even if it is self-signed, expired or for another name: sha256/BASE64, or hexadecimal digits' }
            @{ Names = @('--client-cert'); Takes = 'file'; Summary = 'Certificate to show to the archive, in PEM' }
            @{ Names = @('--client-key'); Takes = 'file'; Summary = 'Its key, in PEM, unless the certificate''s file holds it' }
            @{ Names = @('--insecure'); Takes = ''; Summary = 'Accept any certificate: whoever is on the way can read and change everything' }
            @{ Names = @('--proxy'); Takes = 'nothing'; Summary = 'Go through a proxy: http://[USER:PASSWORD@]HOST:PORT, or https, socks5, socks5h' }
            @{ Names = @('--timeout'); Takes = 'nothing'; Summary = 'Give up when the archive sends nothing for so long; 0 for never' }
            @{ Names = @('--retry'); Takes = 'nothing'; Summary = 'Try again so often what failed in a way that may pass, after longer and longer pauses' }
            @{ Names = @('--max-response'); Takes = 'nothing'; Summary = 'Read no answer that is larger, in bytes or with a K, M or G behind the number; compressed answers count as what they hold' }
        )
        'get' = @(
            @{ Names = @('--help', '-h'); Takes = ''; Summary = 'Show this help and exit' }
            @{ Names = @('--version', '-V'); Takes = ''; Summary = 'Show the version and exit' }
            @{ Names = @('--url', '-u'); Takes = 'nothing'; Summary = 'Archive to ask, as scheme://host:port' }
            @{ Names = @('--src', '-s'); Takes = 'nothing'; Summary = 'Host at the near end of the test: an address or a name' }
            @{ Names = @('--dest', '-d'); Takes = 'nothing'; Summary = 'Host at the far end of the test' }
            @{ Names = @('--agent', '-a'); Takes = 'nothing'; Summary = 'Host that started the test; useful for central archives' }
            @{ Names = @('--event-type', '-e'); Takes = 'event_type'; Summary = 'Kind of data, such as throughput or packet-loss-rate; see -L' }
            @{ Names = @('--tool', '-t'); Takes = 'nothing'; Summary = 'Tool that ran the test, such as bwctl/iperf3, powstream or "bwctl/tracepath,traceroute"' }
            @{ Names = @('--start-time', '-S'); Takes = 'nothing'; Summary = 'Beginning of the window: a date, a date and time (UTC unless it has an offset), or -24h' }
            @{ Names = @('--end-time', '-E'); Takes = 'nothing'; Summary = 'End of the window, inclusive' }
            @{ Names = @('--tz'); Takes = 'nothing'; Summary = 'Zone of times that name none: UTC (the default), local, or a name such as Europe/Berlin' }
            @{ Names = @('--output-tz'); Takes = 'nothing'; Summary = 'Zone that timestamps are printed in, with their offset' }
            @{ Names = @('--filter', '-F'); Takes = 'nothing'; Summary = 'Further filter, such as ip-transport-protocol:tcp or dns-match-rule:only-v6' }
            @{ Names = @('--list-events', '-L'); Takes = ''; Summary = 'List the event types and exit' }
            @{ Names = @('--metadata-extended', '-M'); Takes = ''; Summary = 'get-metadata: show all parameters of a test' }
            @{ Names = @('--summary-type', '-T'); Takes = 'summary_type'; Summary = 'Read roll-ups instead of base data: aggregation, average or statistics' }
            @{ Names = @('--summary-window', '-W'); Takes = 'nothing'; Summary = 'Window of the roll-ups, in seconds' }
            @{ Names = @('--output-format', '-o'); Takes = 'output_format2'; Summary = 'human, json (a list), csv, or ndjson (a JSON object a line); get and get-bulk know parquet too' }
            @{ Names = @('--gzip'); Takes = ''; Summary = 'Compress json, csv or ndjson; the files of get-bulk end in .gz then' }
            @{ Names = @('--escape-formulas'); Takes = ''; Summary = 'With -o csv, put a '' before text that a spreadsheet would take for a formula: that which begins with =, +, -, @, a tab or a line end, and is no number' }
            @{ Names = @('--concurrency'); Takes = 'nothing'; Summary = 'Requests under way at a time' }
            @{ Names = @('--page-size'); Takes = 'nothing'; Summary = 'Data points asked for in one request' }
            @{ Names = @('--ip', '-I'); Takes = ''; Summary = 'Show addresses as they are, instead of host names' }
            @{ Names = @('--hosts'); Takes = 'file'; Summary = 'Names and addresses in the format of /etc/hosts, asked before DNS in both directions' }
            @{ Names = @('--verbose', '-v'); Takes = ''; Summary = 'Report every request on stderr' }
            @{ Names = @('--ssl-verify'); Takes = ''; Summary = 'Accepted for old scripts: certificates are verified anyway' }
            @{ Names = @('--cacert'); Takes = 'file'; Summary = 'Certificates of authorities, in PEM, that are trusted besides those that Deno knows; or a directory of such files' }
            @{ Names = @('--pin'); Takes = 'nothing'; Summary = 'Accept the one certificate, or key, with this SHA-256 and no other, even if it is self-signed, expired or for another name: sha256/BASE64, or hexadecimal digits' }
            @{ Names = @('--client-cert'); Takes = 'file'; Summary = 'Certificate to show to the archive, in PEM' }
            @{ Names = @('--client-key'); Takes = 'file'; Summary = 'Its key, in PEM, unless the certificate''s file holds it' }
            @{ Names = @('--insecure'); Takes = ''; Summary = 'Accept any certificate: whoever is on the way can read and change everything' }
            @{ Names = @('--proxy'); Takes = 'nothing'; Summary = 'Go through a proxy: http://[USER:PASSWORD@]HOST:PORT, or https, socks5, socks5h' }
            @{ Names = @('--timeout'); Takes = 'nothing'; Summary = 'Give up when the archive sends nothing for so long; 0 for never' }
            @{ Names = @('--retry'); Takes = 'nothing'; Summary = 'Try again so often what failed in a way that may pass, after longer and longer pauses' }
            @{ Names = @('--max-response'); Takes = 'nothing'; Summary = 'Read no answer that is larger, in bytes or with a K, M or G behind the number; compressed answers count as what they hold' }
        )
        'get-bulk' = @(
            @{ Names = @('--help', '-h'); Takes = ''; Summary = 'Show this help and exit' }
            @{ Names = @('--version', '-V'); Takes = ''; Summary = 'Show the version and exit' }
            @{ Names = @('--url', '-u'); Takes = 'nothing'; Summary = 'Archive to ask, as scheme://host:port' }
            @{ Names = @('--src', '-s'); Takes = 'nothing'; Summary = 'Host at the near end of the test: an address or a name' }
            @{ Names = @('--dest', '-d'); Takes = 'nothing'; Summary = 'Host at the far end of the test' }
            @{ Names = @('--agent', '-a'); Takes = 'nothing'; Summary = 'Host that started the test; useful for central archives' }
            @{ Names = @('--event-type', '-e'); Takes = 'event_type'; Summary = 'Kind of data, such as throughput or packet-loss-rate; see -L' }
            @{ Names = @('--tool', '-t'); Takes = 'nothing'; Summary = 'Tool that ran the test, such as bwctl/iperf3, powstream or "bwctl/tracepath,traceroute"' }
            @{ Names = @('--start-time', '-S'); Takes = 'nothing'; Summary = 'Beginning of the window: a date, a date and time (UTC unless it has an offset), or -24h' }
            @{ Names = @('--end-time', '-E'); Takes = 'nothing'; Summary = 'End of the window, inclusive' }
            @{ Names = @('--tz'); Takes = 'nothing'; Summary = 'Zone of times that name none: UTC (the default), local, or a name such as Europe/Berlin' }
            @{ Names = @('--output-tz'); Takes = 'nothing'; Summary = 'Zone that timestamps are printed in, with their offset' }
            @{ Names = @('--filter', '-F'); Takes = 'nothing'; Summary = 'Further filter, such as ip-transport-protocol:tcp or dns-match-rule:only-v6' }
            @{ Names = @('--list-events', '-L'); Takes = ''; Summary = 'List the event types and exit' }
            @{ Names = @('--metadata-extended', '-M'); Takes = ''; Summary = 'get-metadata: show all parameters of a test' }
            @{ Names = @('--summary-type', '-T'); Takes = 'summary_type'; Summary = 'Read roll-ups instead of base data: aggregation, average or statistics' }
            @{ Names = @('--summary-window', '-W'); Takes = 'nothing'; Summary = 'Window of the roll-ups, in seconds' }
            @{ Names = @('--output-format', '-o'); Takes = 'output_format3'; Summary = 'human, json (a list), csv, or ndjson (a JSON object a line); get and get-bulk know parquet too' }
            @{ Names = @('--gzip'); Takes = ''; Summary = 'Compress json, csv or ndjson; the files of get-bulk end in .gz then' }
            @{ Names = @('--escape-formulas'); Takes = ''; Summary = 'With -o csv, put a '' before text that a spreadsheet would take for a formula: that which begins with =, +, -, @, a tab or a line end, and is no number' }
            @{ Names = @('--output-directory', '-D'); Takes = 'directory'; Summary = 'Directory to write to' }
            @{ Names = @('--resume'); Takes = ''; Summary = 'Go on with an export that broke off: what is complete stays, what is not is finished' }
            @{ Names = @('--sync'); Takes = ''; Summary = 'Add what is new since the last run with --sync to the files, which are named without days then' }
            @{ Names = @('--overlap'); Takes = 'nothing'; Summary = 'With --sync, read so much before the end of the last run again, for what reached the archive late' }
            @{ Names = @('--partition'); Takes = 'partition'; Summary = 'With -o parquet, a file for each day or month, in folders as query engines expect them' }
            @{ Names = @('--concurrency'); Takes = 'nothing'; Summary = 'Requests under way at a time' }
            @{ Names = @('--page-size'); Takes = 'nothing'; Summary = 'Data points asked for in one request' }
            @{ Names = @('--quiet', '-q'); Takes = ''; Summary = 'Say nothing of progress, nor of an export that went well' }
            @{ Names = @('--ip', '-I'); Takes = ''; Summary = 'Show addresses as they are, instead of host names' }
            @{ Names = @('--hosts'); Takes = 'file'; Summary = 'Names and addresses in the format of /etc/hosts, asked before DNS in both directions' }
            @{ Names = @('--verbose', '-v'); Takes = ''; Summary = 'Report every request on stderr' }
            @{ Names = @('--ssl-verify'); Takes = ''; Summary = 'Accepted for old scripts: certificates are verified anyway' }
            @{ Names = @('--cacert'); Takes = 'file'; Summary = 'Certificates of authorities, in PEM, that are trusted besides those that Deno knows; or a directory of such files' }
            @{ Names = @('--pin'); Takes = 'nothing'; Summary = 'Accept the one certificate, or key, with this SHA-256 and no other, even if it is self-signed, expired or for another name: sha256/BASE64, or hexadecimal digits' }
            @{ Names = @('--client-cert'); Takes = 'file'; Summary = 'Certificate to show to the archive, in PEM' }
            @{ Names = @('--client-key'); Takes = 'file'; Summary = 'Its key, in PEM, unless the certificate''s file holds it' }
            @{ Names = @('--insecure'); Takes = ''; Summary = 'Accept any certificate: whoever is on the way can read and change everything' }
            @{ Names = @('--proxy'); Takes = 'nothing'; Summary = 'Go through a proxy: http://[USER:PASSWORD@]HOST:PORT, or https, socks5, socks5h' }
            @{ Names = @('--timeout'); Takes = 'nothing'; Summary = 'Give up when the archive sends nothing for so long; 0 for never' }
            @{ Names = @('--retry'); Takes = 'nothing'; Summary = 'Try again so often what failed in a way that may pass, after longer and longer pauses' }
            @{ Names = @('--max-response'); Takes = 'nothing'; Summary = 'Read no answer that is larger, in bytes or with a K, M or G behind the number; compressed answers count as what they hold' }
        )
        'post-metadata' = @(
            @{ Names = @('--help', '-h'); Takes = ''; Summary = 'Show this help and exit' }
            @{ Names = @('--version', '-V'); Takes = ''; Summary = 'Show the version and exit' }
            @{ Names = @('--url', '-u'); Takes = 'nothing'; Summary = 'Archive to ask, as scheme://host:port' }
            @{ Names = @('--src', '-s'); Takes = 'nothing'; Summary = 'Host at the near end of the test: an address or a name' }
            @{ Names = @('--dest', '-d'); Takes = 'nothing'; Summary = 'Host at the far end of the test' }
            @{ Names = @('--agent', '-a'); Takes = 'nothing'; Summary = 'Host that started the test; useful for central archives' }
            @{ Names = @('--tool', '-t'); Takes = 'nothing'; Summary = 'Tool that ran the test, such as bwctl/iperf3, powstream or "bwctl/tracepath,traceroute"' }
            @{ Names = @('--verbose', '-v'); Takes = ''; Summary = 'Report every request on stderr' }
            @{ Names = @('--cacert'); Takes = 'file'; Summary = 'Certificates of authorities, in PEM, that are trusted besides those that Deno knows; or a directory of such files' }
            @{ Names = @('--pin'); Takes = 'nothing'; Summary = 'Accept the one certificate, or key, with this SHA-256 and no other, even if it is self-signed, expired or for another name: sha256/BASE64, or hexadecimal digits' }
            @{ Names = @('--client-cert'); Takes = 'file'; Summary = 'Certificate to show to the archive, in PEM' }
            @{ Names = @('--client-key'); Takes = 'file'; Summary = 'Its key, in PEM, unless the certificate''s file holds it' }
            @{ Names = @('--insecure'); Takes = ''; Summary = 'Accept any certificate: whoever is on the way can read and change everything' }
            @{ Names = @('--proxy'); Takes = 'nothing'; Summary = 'Go through a proxy: http://[USER:PASSWORD@]HOST:PORT, or https, socks5, socks5h' }
            @{ Names = @('--timeout'); Takes = 'nothing'; Summary = 'Give up when the archive sends nothing for so long; 0 for never' }
            @{ Names = @('--retry'); Takes = 'nothing'; Summary = 'Try again so often what failed in a way that may pass, after longer and longer pauses' }
            @{ Names = @('--max-response'); Takes = 'nothing'; Summary = 'Read no answer that is larger, in bytes or with a K, M or G behind the number; compressed answers count as what they hold' }
            @{ Names = @('--event-type', '-e'); Takes = 'event_type'; Summary = 'Event type that the test measures' }
            @{ Names = @('--summary'); Takes = 'summary'; Summary = 'Roll-ups that the archive is to keep, such as packet-loss-rate:aggregation:300,3600' }
            @{ Names = @('--subject-type'); Takes = 'subject_type'; Summary = 'point-to-point, or network-element for what has no far end' }
            @{ Names = @('--input-source'); Takes = 'nothing'; Summary = 'The near end as the tester wrote it' }
            @{ Names = @('--input-destination'); Takes = 'nothing'; Summary = 'The far end as the tester wrote it' }
            @{ Names = @('--param'); Takes = 'nothing'; Summary = 'Further parameter of the test, such as ip-transport-protocol:tcp' }
            @{ Names = @('--script-alias'); Takes = 'nothing'; Summary = 'Where the web server mounts the archive' }
            @{ Names = @('--key-file'); Takes = 'file'; Summary = 'File that holds the API key' }
            @{ Names = @('--key'); Takes = 'nothing'; Summary = 'The API key itself; every user of this machine can see it' }
        )
        'post' = @(
            @{ Names = @('--help', '-h'); Takes = ''; Summary = 'Show this help and exit' }
            @{ Names = @('--version', '-V'); Takes = ''; Summary = 'Show the version and exit' }
            @{ Names = @('--url', '-u'); Takes = 'nothing'; Summary = 'Archive to ask, as scheme://host:port' }
            @{ Names = @('--verbose', '-v'); Takes = ''; Summary = 'Report every request on stderr' }
            @{ Names = @('--cacert'); Takes = 'file'; Summary = 'Certificates of authorities, in PEM, that are trusted besides those that Deno knows; or a directory of such files' }
            @{ Names = @('--pin'); Takes = 'nothing'; Summary = 'Accept the one certificate, or key, with this SHA-256 and no other, even if it is self-signed, expired or for another name: sha256/BASE64, or hexadecimal digits' }
            @{ Names = @('--client-cert'); Takes = 'file'; Summary = 'Certificate to show to the archive, in PEM' }
            @{ Names = @('--client-key'); Takes = 'file'; Summary = 'Its key, in PEM, unless the certificate''s file holds it' }
            @{ Names = @('--insecure'); Takes = ''; Summary = 'Accept any certificate: whoever is on the way can read and change everything' }
            @{ Names = @('--proxy'); Takes = 'nothing'; Summary = 'Go through a proxy: http://[USER:PASSWORD@]HOST:PORT, or https, socks5, socks5h' }
            @{ Names = @('--timeout'); Takes = 'nothing'; Summary = 'Give up when the archive sends nothing for so long; 0 for never' }
            @{ Names = @('--retry'); Takes = 'nothing'; Summary = 'Try again so often what failed in a way that may pass, after longer and longer pauses' }
            @{ Names = @('--max-response'); Takes = 'nothing'; Summary = 'Read no answer that is larger, in bytes or with a K, M or G behind the number; compressed answers count as what they hold' }
            @{ Names = @('--metadata-key', '-k'); Takes = 'nothing'; Summary = 'Test that the points belong to, as post-metadata prints it' }
            @{ Names = @('--event-type', '-e'); Takes = 'event_type'; Summary = 'Event type of all points, unless they name their own' }
            @{ Names = @('--input-format'); Takes = 'input_format'; Summary = 'json, ndjson or csv' }
            @{ Names = @('--script-alias'); Takes = 'nothing'; Summary = 'Where the web server mounts the archive' }
            @{ Names = @('--key-file'); Takes = 'file'; Summary = 'File that holds the API key' }
            @{ Names = @('--key'); Takes = 'nothing'; Summary = 'The API key itself; every user of this machine can see it' }
        )
        'serve' = @(
            @{ Names = @('--help', '-h'); Takes = ''; Summary = 'Show this help and exit' }
            @{ Names = @('--version', '-V'); Takes = ''; Summary = 'Show the version and exit' }
            @{ Names = @('--verbose', '-v'); Takes = ''; Summary = 'Report every request on stderr' }
            @{ Names = @('--db'); Takes = 'file'; Summary = 'Database to keep, made if need be' }
            @{ Names = @('--port'); Takes = 'nothing'; Summary = 'Port to listen on; 0 for a free one' }
            @{ Names = @('--host'); Takes = 'nothing'; Summary = 'Address to listen on' }
            @{ Names = @('--token'); Takes = 'nothing'; Summary = 'API key that may write; every user of this machine can see it' }
            @{ Names = @('--token-file'); Takes = 'file'; Summary = 'File of API keys that may write: one a line; what follows a # is a comment' }
            @{ Names = @('--open-writes'); Takes = ''; Summary = 'Let everybody on this machine write, without a key' }
            @{ Names = @('--sample'); Takes = 'nothing'; Summary = 'Begin with made-up measurements of so many days up to now' }
            @{ Names = @('--dialect'); Takes = 'dialect'; Summary = 'Answer as esmond, or as elmond, which can only be read' }
            @{ Names = @('--page-size'); Takes = 'nothing'; Summary = 'Entries a page, where a request names no limit' }
        )
        'trust' = @(
            @{ Names = @('--help', '-h'); Takes = ''; Summary = 'Show this help and exit' }
            @{ Names = @('--version', '-V'); Takes = ''; Summary = 'Show the version and exit' }
            @{ Names = @('--url', '-u'); Takes = 'nothing'; Summary = 'Archive to ask, as scheme://host:port' }
            @{ Names = @('--cacert'); Takes = 'file'; Summary = 'Certificates of authorities, in PEM, that are trusted besides those that Deno knows; or a directory of such files' }
            @{ Names = @('--client-cert'); Takes = 'file'; Summary = 'Certificate to show to the archive, in PEM' }
            @{ Names = @('--client-key'); Takes = 'file'; Summary = 'Its key, in PEM, unless the certificate''s file holds it' }
            @{ Names = @('--proxy'); Takes = 'nothing'; Summary = 'Go through a proxy: http://[USER:PASSWORD@]HOST:PORT, or https, socks5, socks5h' }
            @{ Names = @('--timeout'); Takes = 'nothing'; Summary = 'Give up when the archive sends nothing for so long; 0 for never' }
        )
        'install-links' = @(
            @{ Names = @('--help', '-h'); Takes = ''; Summary = 'Show this help and exit' }
            @{ Names = @('--version', '-V'); Takes = ''; Summary = 'Show the version and exit' }
            @{ Names = @('--force'); Takes = ''; Summary = 'Replace what has such a name already' }
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
