
# bash splits a word at = and : (COMP_WORDBREAKS). Joins the pieces up to the cursor again: _bttbench_words.
_bttbench_join() {
	local i word was_break=
	_bttbench_words=()
	for ((i = 0; i <= COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		if ((${#_bttbench_words[@]} > 1)) && [[ $was_break || $word == [=:]* ]]; then
			_bttbench_words[-1]+=$word
		else
			_bttbench_words+=("$word")
		fi
		was_break=
		[[ $word == *[=:] ]] && was_break=1
	done
}

# files and folders; readline quotes blanks in them and adds the / of a folder
_bttbench_files() {
	mapfile -t COMPREPLY < <(compgen -f -- "$1")
	((!${#COMPREPLY[@]})) || compopt -o filenames 2>/dev/null
}

# candidates for KEY=VALUE
_bttbench_setting() {
	local cur=$1 key=${1%%=*} name
	if [[ $cur == *=* ]]; then
		mapfile -t COMPREPLY < <(compgen -P "$key=" -W "${_bttbench_keys[$key]-}" -- "${cur#*=}"
			[[ $key != namespace ]] || compgen -P "$key=" -f -- "${cur#*=}")
		return
	fi
	for name in "${!_bttbench_keys[@]}"; do
		[[ $name == "$cur"* ]] || continue
		case $name in
		limit.*) COMPREPLY+=("$name\\<=" "$name\\>=") ;;
		*) COMPREPLY+=("$name=") ;;
		esac
	done
}

# candidates for the value of an option: OPTION VALUE
_bttbench_value() {
	local values=${_bttbench_values[$_bttbench_command $1]-}
	case $values in
	KEYS) _bttbench_setting "$2" ;;
	FILE) _bttbench_files "$2" ;;
	*) mapfile -t COMPREPLY < <(compgen -W "$values" -- "$2") ;;
	esac
}

# a job file or a namespace, or an action of history
_bttbench_argument() {
	[[ $_bttbench_command != list ]] || return
	if [[ $_bttbench_command == history && ${#_bttbench_words[@]} -eq 3 ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$_bttbench_actions" -- "$1")
		return
	fi
	_bttbench_files "$1"
	if [[ $_bttbench_command == plot ]]; then
		mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "$_bttbench_plots" -- "$1")
	fi
	if [[ $_bttbench_command == run && ${#COMPREPLY[@]} -eq 0 && dram: == "$1"* ]]; then
		COMPREPLY=(dram:)
	fi
}

_bttbench() {
	local IFS=$' \t\n' _bttbench_words _bttbench_command cur prev last i
	COMPREPLY=()
	_bttbench_join
	cur=${_bttbench_words[-1]}
	prev=${_bttbench_words[-2]-}
	_bttbench_command=${_bttbench_words[1]-}
	if ((${#_bttbench_words[@]} <= 2)); then
		mapfile -t COMPREPLY < <(compgen -W "$_bttbench_commands --help --version" -- "$cur")
	elif [[ -z ${_bttbench_options[$_bttbench_command]-} ]]; then
		return
	elif [[ $cur == --*=* ]]; then
		_bttbench_value "${cur%%=*}" "${cur#*=}"
		COMPREPLY=("${COMPREPLY[@]/#/${cur%%=*}=}")
	elif [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "${_bttbench_options[$_bttbench_command]}" -- "$cur")
	elif [[ $prev == --* && " ${_bttbench_options[$_bttbench_command]} " == *" $prev= "* ]]; then
		_bttbench_value "$prev" "$cur"
	else
		_bttbench_argument "$cur"
	fi
	((${#COMPREPLY[@]})) || return
	# no blank behind "key=" and "dram:"
	[[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[=:] ]] && compopt -o nospace 2>/dev/null
	# bash replaces the last piece alone
	last=${COMP_WORDS[COMP_CWORD]}
	[[ $last == [=:]* ]] && last=
	for ((i = 0; i < ${#COMPREPLY[@]}; i++)); do
		COMPREPLY[i]=${COMPREPLY[i]#"${cur%"$last"}"}
	done
}
complete -o default -F _bttbench bttbench
