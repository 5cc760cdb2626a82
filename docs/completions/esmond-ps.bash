# Completes the command lines of esmond-ps in bash. To have it in every shell, put this line into ~/.bashrc:
#   eval "$(esmond-ps completions bash)"

_esmond_ps() {
  local IFS=$'\n'
  COMPREPLY=($(command esmond-ps __complete bash "${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" "${COMP_WORDS[@]:0:COMP_CWORD+1}" 2>/dev/null </dev/null))
  case ${COMPREPLY[0]-} in
    :files) COMPREPLY=() && compopt -o default 2>/dev/null ;;
    :directories) COMPREPLY=() && compopt -o dirnames 2>/dev/null ;;
    *:) compopt -o nospace 2>/dev/null ;;
  esac
}
# Before bash 4, files are offered wherever nothing else is.
if type compopt >/dev/null 2>&1; then
  complete -F _esmond_ps esmond-ps esmond-ps-get-endpoints esmond-ps-get-metadata esmond-ps-get esmond-ps-get-bulk
else
  complete -o default -F _esmond_ps esmond-ps esmond-ps-get-endpoints esmond-ps-get-metadata esmond-ps-get esmond-ps-get-bulk
fi
