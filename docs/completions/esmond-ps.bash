# Completes the command lines of esmond-ps in bash. To have it in every shell, put this line into ~/.bashrc:
#   eval "$(esmond-ps completions bash)"

_esmond_ps() {
  local of_command='get-endpoints get-metadata get get-bulk post-metadata post serve trust install-links completions help'
  local of_topic='get-endpoints get-metadata get get-bulk post-metadata post serve trust install-links completions exit-codes formats time environment'
  local of_event_type='failures histogram-owdelay histogram-rtt histogram-ttl histogram-ttl-reverse ntp-delay ntp-dispersion ntp-jitter ntp-offset ntp-polling-interval ntp-reach ntp-stratum ntp-wander packet-duplicates packet-duplicates-bidir packet-loss-rate packet-loss-rate-bidir packet-trace packet-count-lost packet-count-lost-bidir packet-count-sent packet-reorders packet-reorders-bidir packet-retransmits packet-retransmits-subintervals path-mtu streams-packet-retransmits streams-packet-retransmits-subintervals streams-throughput streams-throughput-subintervals throughput throughput-subintervals time-error-estimates iostat mpstat packet-rtt packet-rtt-subintervals packet-trace-multi pscheduler-raw pscheduler-run-href rusage streams-packet-rtt streams-packet-rtt-subintervals streams-tcp-windowsize streams-tcp-windowsize-subintervals streams-tcpinfo tcp-windowsize tcp-windowsize-subintervals tcpinfo'
  local of_summary_type='aggregation average statistics'
  local of_output_format='human json csv ndjson'
  local of_output_format2='human json csv ndjson parquet'
  local of_output_format3='json csv ndjson parquet'
  local of_partition='day month'
  local of_summary='histogram-owdelay:aggregation: histogram-owdelay:statistics: histogram-rtt:aggregation: histogram-rtt:statistics: histogram-ttl:aggregation: histogram-ttl:statistics: histogram-ttl-reverse:aggregation: histogram-ttl-reverse:statistics: ntp-delay:aggregation: ntp-delay:average: ntp-dispersion:aggregation: ntp-dispersion:average: ntp-jitter:aggregation: ntp-jitter:average: ntp-offset:aggregation: ntp-offset:average: ntp-polling-interval:aggregation: ntp-polling-interval:average: ntp-reach:aggregation: ntp-reach:average: ntp-stratum:aggregation: ntp-stratum:average: ntp-wander:aggregation: ntp-wander:average: packet-duplicates:aggregation: packet-duplicates:average: packet-duplicates-bidir:aggregation: packet-duplicates-bidir:average: packet-loss-rate:aggregation: packet-loss-rate-bidir:aggregation: packet-count-lost:aggregation: packet-count-lost:average: packet-count-lost-bidir:aggregation: packet-count-lost-bidir:average: packet-count-sent:aggregation: packet-count-sent:average: packet-reorders:aggregation: packet-reorders:average: packet-reorders-bidir:aggregation: packet-reorders-bidir:average: packet-retransmits:aggregation: packet-retransmits:average: path-mtu:aggregation: path-mtu:average: throughput:aggregation: throughput:average: time-error-estimates:aggregation: time-error-estimates:average: packet-rtt:aggregation: packet-rtt:average: tcp-windowsize:aggregation: tcp-windowsize:average:'
  local of_subject_type='point-to-point network-element'
  local of_input_format='json ndjson csv'
  local of_dialect='esmond elmond'
  local of_completions_word='bash zsh fish powershell'

  # The words as the program gets them, up to the cursor; bash divides them at = and : besides.
  local IFS=$' \t\n' line=${COMP_LINE:0:COMP_POINT} words=() gap word i
  for ((i = 0; i <= COMP_CWORD; i++)); do
    gap=${line%%[![:space:]]*}
    line=${line#"$gap"}
    word=${COMP_WORDS[i]}
    ((i < COMP_CWORD)) || word=$line
    line=${line#"$word"}
    if [[ -n $gap ]] || ((i == 0)); then
      words+=("$word")
    else
      words[${#words[@]} - 1]+=$word
    fi
  done
  local last=$((${#words[@]} - 1))

  # The command is the first word, or in the name of the program.
  local command=${words[0]##*/} first=1
  command=${command%.exe}
  case $command in
    esmond-ps-*) command=${command#esmond-ps-} ;;
    *)
      command=''
      if ((last > 1)); then
        command=${words[1]} first=2
      fi
      ;;
  esac

  # Behind the = of an option is what its value can be.
  local options='' offer=nothing
  case $command in
    '')
      offer='of_command'
      options='--help -h
        --version -V
        --list-events -L'
      ;;
    help)
      offer='of_topic'
      options=''
      ;;
    get-endpoints)
      offer='nothing'
      options='--help -h
        --version -V
        --url=nothing -u=nothing
        --src=nothing -s=nothing
        --dest=nothing -d=nothing
        --agent=nothing -a=nothing
        --event-type=of_event_type -e=of_event_type
        --tool=nothing -t=nothing
        --start-time=nothing -S=nothing
        --end-time=nothing -E=nothing
        --tz=nothing
        --filter=nothing -F=nothing
        --list-events -L
        --metadata-extended -M
        --summary-type=of_summary_type -T=of_summary_type
        --summary-window=nothing -W=nothing
        --output-format=of_output_format -o=of_output_format
        --escape-formulas
        --ip -I
        --hosts=file
        --verbose -v
        --ssl-verify
        --cacert=file
        --pin=nothing
        --client-cert=file
        --client-key=file
        --insecure
        --proxy=nothing
        --timeout=nothing
        --retry=nothing
        --max-response=nothing'
      ;;
    get-metadata)
      offer='nothing'
      options='--help -h
        --version -V
        --url=nothing -u=nothing
        --src=nothing -s=nothing
        --dest=nothing -d=nothing
        --agent=nothing -a=nothing
        --event-type=of_event_type -e=of_event_type
        --tool=nothing -t=nothing
        --start-time=nothing -S=nothing
        --end-time=nothing -E=nothing
        --tz=nothing
        --filter=nothing -F=nothing
        --list-events -L
        --metadata-extended -M
        --summary-type=of_summary_type -T=of_summary_type
        --summary-window=nothing -W=nothing
        --output-format=of_output_format -o=of_output_format
        --escape-formulas
        --ip -I
        --hosts=file
        --verbose -v
        --ssl-verify
        --cacert=file
        --pin=nothing
        --client-cert=file
        --client-key=file
        --insecure
        --proxy=nothing
        --timeout=nothing
        --retry=nothing
        --max-response=nothing'
      ;;
    get)
      offer='nothing'
      options='--help -h
        --version -V
        --url=nothing -u=nothing
        --src=nothing -s=nothing
        --dest=nothing -d=nothing
        --agent=nothing -a=nothing
        --event-type=of_event_type -e=of_event_type
        --tool=nothing -t=nothing
        --start-time=nothing -S=nothing
        --end-time=nothing -E=nothing
        --tz=nothing
        --output-tz=nothing
        --filter=nothing -F=nothing
        --list-events -L
        --metadata-extended -M
        --summary-type=of_summary_type -T=of_summary_type
        --summary-window=nothing -W=nothing
        --output-format=of_output_format2 -o=of_output_format2
        --gzip
        --escape-formulas
        --concurrency=nothing
        --page-size=nothing
        --ip -I
        --hosts=file
        --verbose -v
        --ssl-verify
        --cacert=file
        --pin=nothing
        --client-cert=file
        --client-key=file
        --insecure
        --proxy=nothing
        --timeout=nothing
        --retry=nothing
        --max-response=nothing'
      ;;
    get-bulk)
      offer='nothing'
      options='--help -h
        --version -V
        --url=nothing -u=nothing
        --src=nothing -s=nothing
        --dest=nothing -d=nothing
        --agent=nothing -a=nothing
        --event-type=of_event_type -e=of_event_type
        --tool=nothing -t=nothing
        --start-time=nothing -S=nothing
        --end-time=nothing -E=nothing
        --tz=nothing
        --output-tz=nothing
        --filter=nothing -F=nothing
        --list-events -L
        --metadata-extended -M
        --summary-type=of_summary_type -T=of_summary_type
        --summary-window=nothing -W=nothing
        --output-format=of_output_format3 -o=of_output_format3
        --gzip
        --escape-formulas
        --output-directory=directory -D=directory
        --resume
        --sync
        --overlap=nothing
        --partition=of_partition
        --concurrency=nothing
        --page-size=nothing
        --quiet -q
        --ip -I
        --hosts=file
        --verbose -v
        --ssl-verify
        --cacert=file
        --pin=nothing
        --client-cert=file
        --client-key=file
        --insecure
        --proxy=nothing
        --timeout=nothing
        --retry=nothing
        --max-response=nothing'
      ;;
    post-metadata)
      offer='file'
      options='--help -h
        --version -V
        --url=nothing -u=nothing
        --src=nothing -s=nothing
        --dest=nothing -d=nothing
        --agent=nothing -a=nothing
        --tool=nothing -t=nothing
        --verbose -v
        --cacert=file
        --pin=nothing
        --client-cert=file
        --client-key=file
        --insecure
        --proxy=nothing
        --timeout=nothing
        --retry=nothing
        --max-response=nothing
        --event-type=of_event_type -e=of_event_type
        --summary=of_summary
        --subject-type=of_subject_type
        --input-source=nothing
        --input-destination=nothing
        --param=nothing
        --script-alias=nothing
        --key-file=file
        --key=nothing'
      ;;
    post)
      offer='file'
      options='--help -h
        --version -V
        --url=nothing -u=nothing
        --verbose -v
        --cacert=file
        --pin=nothing
        --client-cert=file
        --client-key=file
        --insecure
        --proxy=nothing
        --timeout=nothing
        --retry=nothing
        --max-response=nothing
        --metadata-key=nothing -k=nothing
        --event-type=of_event_type -e=of_event_type
        --input-format=of_input_format
        --script-alias=nothing
        --key-file=file
        --key=nothing'
      ;;
    serve)
      offer='nothing'
      options='--help -h
        --version -V
        --verbose -v
        --db=file
        --port=nothing
        --host=nothing
        --token=nothing
        --token-file=file
        --open-writes
        --sample=nothing
        --dialect=of_dialect
        --page-size=nothing
        --live
        --check
        --allow-origin=nothing
        --server-name=nothing'
      ;;
    trust)
      offer='nothing'
      options='--help -h
        --version -V
        --url=nothing -u=nothing
        --cacert=file
        --client-cert=file
        --client-key=file
        --proxy=nothing
        --timeout=nothing'
      ;;
    install-links)
      offer='directory'
      options='--help -h
        --version -V
        --force'
      ;;
    completions)
      offer='of_completions_word'
      options='--help -h
        --version -V'
      ;;
  esac
  options=" ${options//[[:space:]]/ } "

  # Whether the cursor is at the value of an option, at a word, or at an option.
  local option='' lead='' is_ended=''
  for ((i = first; i < last; i++)); do
    word=${words[i]}
    if [[ -z $is_ended && $word == -- ]]; then
      is_ended=1
    elif [[ -z $is_ended && $word == -?* ]]; then
      _esmond_ps_option "$word"
      if [[ -n $option && -z $lead ]] && ((++i == last)); then break; fi
      option=''
    else
      offer=nothing # no command takes a second word
    fi
  done
  local current=${words[last]}
  if [[ -z $option ]]; then
    lead=''
    if [[ -z $is_ended && ($current == -* || $offer$current == nothing) ]]; then
      _esmond_ps_option "$current"
      if [[ -z $lead ]]; then
        option='' offer=options
      elif [[ -z $option ]]; then
        offer=nothing
      fi
    fi
  fi
  if [[ -n $option ]]; then
    offer=${options#*" $option="}
    offer=${offer%% *}
  fi

  COMPREPLY=()
  case $offer in
    nothing) ;;
    file) compopt -o default 2>/dev/null ;;
    directory) compopt -o dirnames 2>/dev/null ;;
    options)
      for word in $options; do
        word=${word%%=*}
        [[ $word != "${current:---}"* ]] || COMPREPLY+=("$word")
      done
      ;;
    *)
      # Only what follows the last = or : is replaced, unless a quote makes them part of the word.
      local value=${current#"$lead"} breaks=${COMP_WORDBREAKS//[!=:]/} cut=''
      if [[ $value == [\"\']* ]]; then
        value=${value:1} lead=''
      elif [[ -n $breaks ]]; then
        cut=${current%"${current##*[$breaks]}"}
      fi
      for word in ${!offer}; do
        [[ $word == "$value"* ]] || continue
        [[ $word != *: ]] || compopt -o nospace 2>/dev/null
        word=$lead$word
        COMPREPLY+=("${word#"$cut"}")
      done
      ;;
  esac
}

# Finds the option in a word that takes a value, and what stands before the value, if it is in the same word.
_esmond_ps_option() {
  local word=$1 i
  option='' lead=''
  case $word in
    --*=*)
      option=${word%%=*}
      lead=$option=
      ;;
    --*) option=$word ;;
    -?*)
      for ((i = 1; i < ${#word}; i++)); do
        option=-${word:i:1}
        if [[ $options == *" $option="* ]]; then break; fi
      done
      if ((i + 1 < ${#word})); then
        lead=${word:0:i + 1}
        if [[ ${word:i + 1:1} == = ]]; then lead+='='; fi
      fi
      ;;
  esac
  [[ $options == *" $option="* ]] || option=''
}

if type compopt >/dev/null 2>&1; then
  complete -F _esmond_ps esmond-ps esmond-ps-get-endpoints esmond-ps-get-metadata esmond-ps-get esmond-ps-get-bulk esmond-ps-post-metadata esmond-ps-post esmond-ps-serve esmond-ps-trust esmond-ps-install-links esmond-ps-completions
else # before bash 4: files are offered wherever nothing else is
  complete -o default -F _esmond_ps esmond-ps esmond-ps-get-endpoints esmond-ps-get-metadata esmond-ps-get esmond-ps-get-bulk esmond-ps-post-metadata esmond-ps-post esmond-ps-serve esmond-ps-trust esmond-ps-install-links esmond-ps-completions
fi
